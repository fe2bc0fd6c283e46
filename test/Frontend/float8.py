# RUN: mla-translate %s --kernel k --signature "*fp8e4nv, *fp8e5, *fp32, i32" --emit source-tile | FileCheck %s
"""8-bit floats are converted, chosen and moved; constants of them saturate."""

import mla
import mla.language as ml


# CHECK: %[[A:.*]] = tile.load %{{.*}} : tensor<64x!tile.ptr<f8E4M3FN>>
# CHECK: arith.constant dense<4.480000e+02> : tensor<64xf8E4M3FN>
# CHECK: arith.constant dense<-5.734400e+04> : tensor<64xf8E5M2>
# CHECK: %[[NUMBER:.*]] = arith.constant 1.000000e+00 : f8E4M3FN
# CHECK: %[[ONE:.*]] = tile.splat %[[NUMBER]]
# CHECK: arith.select %{{.*}}, %[[A]], %[[ONE]] : tensor<64xi1>, tensor<64xf8E4M3FN>
# CHECK: %[[BITS:.*]] = arith.bitcast %[[A]] : tensor<64xf8E4M3FN> to tensor<64xi8>
# CHECK: arith.andi %[[BITS]]
# CHECK: %[[WIDE:.*]] = arith.extf %[[A]] : tensor<64xf8E4M3FN> to tensor<64xf32>
# CHECK: arith.truncf %[[WIDE]] : tensor<64xf32> to tensor<64xf8E5M2>
# CHECK: %[[WIDE:.*]] = arith.extf %[[A]] : tensor<64xf8E4M3FN> to tensor<64xf32>
# CHECK: arith.fptosi %[[WIDE]] : tensor<64xf32> to tensor<64xi32>
# CHECK: arith.sitofp %{{.*}} : i32 to f32
# CHECK: arith.truncf %{{.*}} : f32 to f8E5M2
# CHECK: arith.truncf %{{.*}} toward_zero : f32 to f16
# CHECK: arith.truncf %{{.*}} toward_zero : f32 to f8E5M2
@mla.kernel
def k(a_ptr, b_ptr, x_ptr, n):
    offs = ml.arange(0, 64)
    a = ml.load(a_ptr + offs)
    big = ml.full((64,), 1e9, ml.float8e4nv)
    low = ml.full((64,), -float("inf"), ml.float8e5)
    chosen = ml.where(offs < n, a, 1.0)
    size = ml.abs(a)
    ml.store(b_ptr + offs, a)
    whole = a.to(ml.int32)
    small = n.to(ml.float8e5)
    x = ml.load(x_ptr)
    half = x.to(ml.float16, fp_downcast_rounding="rtz")
    small = x.to(ml.float8e5, fp_downcast_rounding="rtz")
