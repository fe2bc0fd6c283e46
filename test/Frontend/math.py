# RUN: mla-translate %s --kernel k --signature "*fp32, *fp64, *i32, *i64" --emit source-tile | FileCheck %s
"""Functions become ops of math and arith; afn allows the hardware's approximation."""

import mla
import mla.language as ml
from triton.language import math as tl_math


# CHECK: math.exp %{{.*}} fastmath<afn> : f32
# CHECK: math.exp2 %{{.*}} fastmath<afn> : f32
# CHECK: math.log %{{.*}} : f32
# CHECK: math.log2 %{{.*}} : f32
# CHECK: math.sin %{{.*}} : f32
# CHECK: math.cos %{{.*}} : f32
# CHECK: math.sqrt %{{.*}} fastmath<afn> : f32
# CHECK: math.sqrt %{{.*}} : f32
# CHECK: math.rsqrt %{{.*}} fastmath<afn> : f32
# CHECK: math.erf %{{.*}} : f32
# CHECK: math.floor %{{.*}} : f32
# CHECK: math.ceil %{{.*}} : f32
# CHECK: math.absf %{{.*}} : f32
# CHECK: math.fma %{{.*}} : f32
# CHECK: arith.divf %{{.*}} fastmath<contract> : f32
# CHECK: arith.divf %{{.*}} fastmath<contract> : f32
# CHECK: arith.divf %{{.*}} fastmath<contract,afn> : f32
# CHECK: math.exp %{{.*}} : f64
# CHECK: math.absi %{{.*}} : i32
# CHECK: %{{.*}}, %[[HIGH:.*]] = arith.mului_extended %{{.*}} : i32
# CHECK: tile.store %{{.*}}, %[[HIGH]]
# CHECK: arith.mului_extended %{{.*}} : i64
@mla.kernel
def k(p, d, i, j):
    x = ml.load(p)
    ml.store(p, ml.exp(x))
    ml.store(p, x.exp2())
    ml.store(p, ml.math.log(x))
    ml.store(p, x.log2())
    ml.store(p, tl_math.sin(x))
    ml.store(p, x.cos())
    ml.store(p, ml.sqrt(x))
    ml.store(p, ml.sqrt_rn(x))
    ml.store(p, ml.rsqrt(x))
    ml.store(p, ml.erf(x))
    ml.store(p, ml.floor(x))
    ml.store(p, ml.ceil(x))
    ml.store(p, abs_of(x))
    ml.store(p, ml.fma(x, x, 1.0))
    ml.store(p, ml.div_rn(x, 3.0))
    ml.store(p, ml.fdiv(x, 3.0, ieee_rounding=True))
    ml.store(p, ml.fdiv(x, 3.0))
    ml.store(d, ml.exp(ml.load(d)))
    n = ml.load(i)
    ml.store(i, ml.abs(n))
    ml.store(i, ml.umulhi(n, n))
    ml.store(j, ml.umulhi(ml.load(j), n))
    unsigned = n.to(ml.uint32)
    same = ml.abs(unsigned)
    ml.static_assert(same.dtype == ml.uint32)


@mla.jit
def abs_of(x):
    return ml.abs(x)
