# RUN: mla-translate %s --kernel k --signature "*fp16" --emit source-tile | FileCheck %s
"""Division of 16-bit floats computes in fp32."""

import mla
import mla.language as ml

# CHECK: arith.extf
# CHECK: arith.divf %{{.*}} fastmath<contract,afn> : f32
# CHECK: arith.remf %{{.*}} fastmath<contract> : f32
@mla.kernel
def k(p):
    ml.store(p, ml.load(p) / 3)
    ml.store(p, ml.load(p) % 3)
