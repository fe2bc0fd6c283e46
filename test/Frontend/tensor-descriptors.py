# RUN: mla-translate %s --kernel k --signature "tensordesc<bf16[64, 32]>, *fp32:16, i32" --emit source-tile | FileCheck %s
"""Descriptors are views that are always checked; as parameters they take extents and strides."""

import mla
import mla.language as ml

# CHECK-LABEL: func.func @k(
# CHECK-SAME: %[[D:[^:]*]]: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %[[D0:[^:]*]]: i64, %[[D1:[^:]*]]: i64, %[[STRIDE:[^:]*]]: i64 {tile.divisibility = 8 : i32}, %[[P:[^:]*]]: !tile.ptr<f32> {{[^,]*}}, %[[N:[^:]*]]: i32)
# CHECK-SAME: name = "d", type = "*bf16"
# CHECK-SAME: name = "d.shape0", type = "i64"
# CHECK-SAME: name = "d.shape1", type = "i64"
# CHECK-SAME: name = "d.stride0", type = "i64"
@mla.kernel
def k(d, p, n):
    # CHECK: %[[DV:.*]] = tile.view %[[D]], shape[%[[D0]], %[[D1]]] strides[%[[STRIDE]]] : !tile.view<?x?xbf16>
    # CHECK: %[[N64:.*]] = arith.extsi %[[N]] : i32 to i64
    # CHECK: tile.load_view %[[DV]][%[[N64]], %{{.*}}] dims [0, 1] : !tile.view<?x?xbf16> -> tensor<64x32xbf16>
    x = d.load([n, 0])
    ml.static_assert(d.block_shape == [64, 32])
    ml.static_assert(d.dtype == ml.bfloat16)
    # CHECK: %[[EV:.*]] = tile.view %[[P]], shape[%{{.*}}] strides[%{{.*}}] : !tile.view<?x64xf32>
    e = ml.make_tensor_descriptor(p, shape=[n, 64], strides=[64, 1], block_shape=[64, 32], padding_option="nan")
    ml.static_assert(e.shape[1] == 64)
    # CHECK: tile.load_view %[[EV]][{{.*}}] dims [0, 1] {pad_nan}
    y = ml.load_tensor_descriptor(e, (0, n))
    # The value is converted.
    # CHECK: %[[SUM:.*]] = arith.truncf %{{.*}} : tensor<64x32xf32> to tensor<64x32xbf16>
    # CHECK: tile.store_view %[[SUM]], %[[DV]][
    d.store([n + d.shape[0].to(ml.int32), 0], x + y)
    ml.store_tensor_descriptor(e, [0, 0], y)
    # Rows by index are pointers: below 0 and past the end is outside.
    # CHECK: %[[ROWS:.*]] = arith.extsi %{{.*}} : tensor<8xi32> to tensor<8xi64>
    # CHECK: %[[INSIDE:.*]] = arith.cmpi ult, %[[ROWS]], %{{.*}} : tensor<8xi64>
    # CHECK: tile.load %{{.*}}, mask %{{.*}} : tensor<8x16x!tile.ptr<f32>>
    r = ml.make_tensor_descriptor(p, [n, 64], [64, 1], [1, 16])
    rows = r.gather(ml.arange(0, 8) * 5, 16)
    # CHECK: tile.store %{{.*}}, %{{.*}}, mask %{{.*}} : tensor<8x16x!tile.ptr<f32>>
    r.scatter(rows, ml.arange(0, 8), n)
