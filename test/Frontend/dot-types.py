# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""Products of every type, what they are summed in, and what fp32 is multiplied as."""

import mla
import mla.language as ml


# CHECK: tile.dot {{.*}} : tensor<16x32xf8E4M3FN>, tensor<32x16xf8E5M2>, tensor<16x16xf32>
# CHECK: tile.dot {{.*}} : tensor<16x32xi8>, tensor<32x16xi8>, tensor<16x16xi32>
# CHECK: tile.dot {{.*}} : tensor<16x32xf64>, tensor<32x16xf64>, tensor<16x16xf64>
# CHECK: tile.dot {{.*}} {precision = #tile.dot_precision<tf32>} : tensor<16x32xf32>
# CHECK: tile.dot {{.*}} {precision = #tile.dot_precision<tf32x3>} : tensor<16x32xf32>
# CHECK: tile.dot {{.*}} {precision = #tile.dot_precision<ieee>} : tensor<16x32xf32>
# CHECK: tile.dot {{.*}} {precision = #tile.dot_precision<ieee>} : tensor<16x32xf32>
# CHECK: %[[SUM:.*]] = tile.dot {{.*}} : tensor<16x32xf16>, tensor<32x16xf16>, tensor<16x16xf32>
# CHECK: %[[H:.*]] = arith.truncf %[[SUM]] : tensor<16x16xf32> to tensor<16x16xf16>
# CHECK: %[[ACC:.*]] = arith.extf %[[H]] : tensor<16x16xf16> to tensor<16x16xf32>
# CHECK: tile.dot %{{.*}}, %{{.*}}, %[[ACC]]
@mla.kernel
def k(p):
    x = ml.dot(zeros(16, 32, ml.float8e4nv), zeros(32, 16, ml.float8e5))
    i = ml.dot(zeros(16, 32, ml.int8), zeros(32, 16, ml.int8))
    ml.static_assert(i.dtype == ml.int32)
    d = ml.dot(zeros(16, 32, ml.float64), zeros(32, 16, ml.float64))
    ml.static_assert(d.dtype == ml.float64)
    a = zeros(16, 32, ml.float32)
    b = zeros(32, 16, ml.float32)
    f = ml.dot(a, b)
    f = ml.dot(a, b, f, input_precision="tf32x3")
    f = ml.dot(a, b, f, input_precision="ieee")
    f = ml.dot(a, b, f, allow_tf32=False)
    h = ml.dot(zeros(16, 32, ml.float16), zeros(32, 16, ml.float16), out_dtype=ml.float16)
    h = ml.dot(zeros(16, 32, ml.float16), zeros(32, 16, ml.float16), h, out_dtype=ml.float16)
    ml.static_assert(h.dtype == ml.float16)


@mla.jit
def zeros(m: ml.constexpr, n: ml.constexpr, dtype: ml.constexpr):
    return ml.zeros((m, n), dtype)
