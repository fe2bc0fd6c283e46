# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""exp, exp2, log and log2 become math ops."""

import mla
import mla.language as ml

# CHECK: math.exp %{{.*}} : f32
# CHECK: math.exp2 %{{.*}} : f32
# CHECK: math.log %{{.*}} : f32
# CHECK: math.log2 %{{.*}} : f32
@mla.kernel
def k(p):
    ml.store(p, ml.exp(ml.load(p)))
    ml.store(p, ml.load(p).exp2())
    ml.store(p, ml.log(ml.load(p)))
    ml.store(p, ml.load(p).log2())
