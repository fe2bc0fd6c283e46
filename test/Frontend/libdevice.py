# RUN: mla-translate %s --kernel k --signature "*fp32, *i32" --emit source-tile | FileCheck %s
"""libdevice's functions under all names that Triton kernels import them by."""

import mla
import mla.language as ml
from mla.language.extra import libdevice
from triton.language.extra.cuda import libdevice as cuda


# CHECK: math.tanh %{{.*}} : f32
# CHECK: math.exp %{{.*}} : f32
# CHECK: math.powf %{{.*}} : f32
# CHECK: math.fpowi %{{.*}} : f32, i32
# CHECK: math.roundeven %{{.*}} : f32
# CHECK: math.round %{{.*}} : f32
# CHECK: arith.remf %{{.*}} : f32
# CHECK: math.tanh %{{.*}} fastmath<afn> : f32
# CHECK: arith.divf %{{.*}} fastmath<afn> : f32
# CHECK: arith.cmpf uno, %[[X:.*]], %[[X]] : f32
# CHECK: arith.cmpf oeq
# CHECK: arith.cmpf olt
# CHECK: %[[BITS:.*]] = arith.bitcast %{{.*}} : f32 to i32
# CHECK: arith.cmpi slt, %[[BITS]]
# CHECK: math.absi
@mla.kernel
def k(p, i):
    x = ml.load(p)
    n = ml.load(i)
    ml.store(p, libdevice.tanh(x))
    ml.store(p, cuda.exp(x))
    ml.store(p, ml.extra.libdevice.pow(x, 2.5))
    ml.store(p, ml.extra.cuda.libdevice.pow(x, n))
    ml.store(p, libdevice.rint(x))
    ml.store(p, libdevice.round(x))
    ml.store(p, libdevice.fmod(x, 3.0))
    ml.store(p, libdevice.fast_tanhf(x))
    ml.store(p, libdevice.fast_dividef(x, x))
    ml.store(p, libdevice.isnan(x))
    ml.store(p, libdevice.isinf(x))
    ml.store(p, libdevice.finitef(x))
    ml.store(p, libdevice.signbit(x))
    ml.store(i, libdevice.abs(n))
