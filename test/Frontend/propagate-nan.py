# RUN: mla-translate %s --kernel k --signature "*fp32, *bf16" --emit source-tile | FileCheck %s
"""maximum, minimum and clamp prefer numbers, or NaN where that is asked for."""

import mla
import mla.language as ml


# CHECK: arith.maxnumf %{{.*}} : f32
# CHECK: arith.maximumf %{{.*}} : f32
# CHECK: arith.minnumf %{{.*}} : f32
# CHECK: arith.minimumf %{{.*}} : f32
# CHECK: %[[LOW:.*]] = arith.maxnumf %{{.*}} : f32
# CHECK: arith.minnumf %[[LOW]], %{{.*}} : f32
# CHECK: %[[LOW:.*]] = arith.maximumf %{{.*}} : f32
# CHECK: arith.minimumf %[[LOW]], %{{.*}} : f32
# CHECK: %[[WIDE:.*]] = arith.extf %{{.*}} : bf16 to f32
# CHECK: arith.maxnumf %[[WIDE]]
@mla.kernel
def k(p, b):
    x = ml.load(p)
    ml.store(p, ml.maximum(x, 1.0, propagate_nan=ml.PropagateNan.NONE))
    ml.store(p, ml.maximum(x, 1.0, propagate_nan=ml.PropagateNan.ALL))
    ml.store(p, ml.minimum(x, 1.0))
    ml.store(p, ml.minimum(x, 1.0, ml.PropagateNan.ALL))
    ml.store(p, ml.clamp(x, -1.0, 1.0))
    ml.store(p, ml.clamp(x, -1.0, 1.0, ml.PropagateNan.ALL))
    y = ml.clamp(ml.load(b), -1.0, 1.0)
    ml.static_assert(y.dtype == ml.float32)
