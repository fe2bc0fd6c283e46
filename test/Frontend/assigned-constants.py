# RUN: mla-translate %s --kernel k --signature "*bf16" --emit source-tile | FileCheck %s
"""An assigned constant has its own type (int32, fp32), as in Triton; annotated with constexpr it stays one."""

import mla
import mla.language as ml

# CHECK: arith.extf
# CHECK: arith.mulf %{{.*}}, %{{.*}} fastmath<contract> : f32
# CHECK: arith.mulf %{{.*}}, %{{.*}} : bf16
@mla.kernel
def k(p):
    strong = 0.5
    ml.store(p, ml.load(p) * strong)
    WEAK: ml.constexpr = 0.5
    ml.store(p, ml.load(p) * WEAK)
