# RUN: mla-translate %s --kernel k --signature "*fp16, *bf16, i32" --emit source-tile | FileCheck %s
"""maximum and minimum ignore NaN; constants take part with their own type and bf16 becomes fp32."""

import mla
import mla.language as ml

# CHECK: arith.maxnumf %{{.*}} : f32
# CHECK: arith.minnumf %{{.*}} : f32
# CHECK: arith.minsi %{{.*}} : i32
@mla.kernel
def k(h, b, n):
    x = ml.maximum(ml.load(h), 0.0)
    ml.static_assert(x.dtype == ml.float32)
    y = ml.minimum(ml.load(b), ml.load(b))
    ml.static_assert(y.dtype == ml.float32)
    z = min(n, 5)
    ml.static_assert(min(3, 5) == 3 and max(3, 5.5) == 5.5)
