# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""Dimensions of extent 1: expand_dims with one or several axes, broadcast_to, broadcast."""

import mla
import mla.language as ml


# CHECK-LABEL: func.func @k
@mla.kernel
def k(p):
    # CHECK: %[[R:.*]] = tile.range 0 to 8
    r = ml.arange(0, 8)
    # CHECK: tile.expand_dims %[[R]] {axis = 1 : i32}
    a = ml.expand_dims(r, 1)
    # CHECK: tile.expand_dims %[[R]] {axis = 1 : i32}
    b = r.expand_dims(-1)
    ml.static_assert(a.shape == (8, 1) and b.shape == (8, 1))
    # CHECK: %[[E:.*]] = tile.expand_dims %[[R]] {axis = 0 : i32}
    # CHECK: tile.expand_dims %[[E]] {axis = 2 : i32}
    c = r.expand_dims((-1, 0))
    ml.static_assert(c.shape == (1, 8, 1))
    # CHECK: tile.splat {{.*}} -> tensor<1xf32>
    ml.static_assert(ml.expand_dims(ml.load(p), 0).shape == (1,))
    # CHECK: tile.broadcast {{.*}} : tensor<8x1xi32> -> tensor<8x4xi32>
    # CHECK: tile.broadcast {{.*}} : tensor<8x1xi32> -> tensor<8x4xi32>
    d = ml.broadcast_to(a, (8, 4)) + a.broadcast_to(8, 4)
    # CHECK: tile.splat {{.*}} : f32 -> tensor<8x4xf32>
    e = ml.broadcast_to(ml.load(p), 8, 4)
    # CHECK: tile.broadcast {{.*}} : tensor<8x1xi32> -> tensor<8x4xi32>
    # CHECK: tile.broadcast {{.*}} : tensor<1x4xi32> -> tensor<8x4xi32>
    f, g = ml.broadcast(a, ml.arange(0, 4))
    ml.static_assert(f.shape == (8, 4) and g.shape == (8, 4))
    h, i = ml.broadcast(1.0, 2)
    ml.static_assert(h.shape == () and h.dtype == ml.float32)
