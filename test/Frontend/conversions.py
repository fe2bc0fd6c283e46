# RUN: mla-translate %s --kernel k --signature "*fp32, *bf16, *fp64, *fp8e5, i32" --emit source-tile | FileCheck %s
"""Conversions between all kinds of numbers."""

import mla
import mla.language as ml

# CHECK: %[[X:.*]] = tile.load
# CHECK: arith.truncf %[[X]] : f32 to f16
# CHECK: arith.extf %[[X]] : f32 to f64
# CHECK: arith.truncf %[[X]] : f32 to f8E5M2
# CHECK: arith.cmpf une, %[[X]]
# CHECK: arith.fptosi %[[X]] : f32 to i8
# CHECK: %[[B:.*]] = tile.load {{.*}} : !tile.ptr<bf16>
# CHECK: %[[W:.*]] = arith.extf %[[B]] : bf16 to f32
# CHECK: arith.truncf %[[W]] : f32 to f16
# CHECK: arith.trunci %{{.*}} : i32 to i16
# CHECK: arith.cmpi ne
# CHECK: arith.bitcast %[[X]] : f32 to i32
@mla.kernel
def k(x_ptr, b_ptr, d_ptr, e_ptr, n):
    x = ml.load(x_ptr)
    h = x.to(ml.float16)
    ml.store(d_ptr, x)
    ml.store(e_ptr, x)
    t = x.to(ml.int1)
    i = x.to(ml.int8)
    h = ml.load(b_ptr).to(ml.float16)
    s = n.to(ml.int16)
    t = n.to(ml.int1)
    u = x.to(ml.uint32, bitcast=True)
    ml.static_assert(u.dtype == ml.uint32)
    same = n.to(ml.uint32)
