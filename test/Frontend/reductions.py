# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""Reductions along an axis, of all elements, and with kept dimensions."""

import mla
import mla.language as ml

# CHECK: %[[T:.*]] = tile.load
# CHECK: tile.reduce {{ *}}sum %[[T]] {axis = 1 : i32} : tensor<4x8xf32> -> tensor<4xf32>
# CHECK: tile.reduce {{ *}}max %[[T]] {axis = 0 : i32} : tensor<4x8xf32> -> tensor<8xf32>
# CHECK: %[[ROWS:.*]] = tile.reduce {{ *}}min %[[T]] {axis = 1 : i32} : tensor<4x8xf32> -> tensor<4xf32>
# CHECK: tile.reduce {{ *}}min %[[ROWS]] {axis = 0 : i32} : tensor<4xf32> -> f32
# CHECK: %[[KEEP:.*]] = tile.reduce {{ *}}sum %[[T]] {axis = 1 : i32}
# CHECK: tile.expand_dims %[[KEEP]] {axis = 1 : i32} : tensor<4xf32> -> tensor<4x1xf32>
# CHECK: tile.splat %{{.*}} : f32 -> tensor<1x1xf32>
@mla.kernel
def k(p):
    t = ml.load(p + ml.arange(0, 4)[:, None] * 8 + ml.arange(0, 8)[None, :])
    a = ml.sum(t, axis=1)
    b = ml.max(t, 0)
    c = t.min()
    d = ml.sum(t, axis=-1, keep_dims=True)
    e = t.max(keep_dims=True)
    ml.static_assert(d.shape == (4, 1) and e.shape == (1, 1))
