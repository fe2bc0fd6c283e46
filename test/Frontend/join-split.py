# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""Pairs: join, split, interleave and cat, of tiles and of scalars."""

import mla
import mla.language as ml


# CHECK-LABEL: func.func @k
@mla.kernel
def k(p):
    x = ml.load(p + ml.arange(0, 4)[:, None] * 8 + ml.arange(0, 8)[None, :])
    # CHECK: %[[J:.*]] = tile.join %[[X:.*]], %[[X]] : tensor<4x8xf32> -> tensor<4x8x2xf32>
    j = ml.join(x, x)
    # CHECK: tile.split %[[J]] : tensor<4x8x2xf32> -> tensor<4x8xf32>
    a, b = j.split()
    ml.static_assert(a.shape == (4, 8))
    # CHECK: tile.broadcast
    # CHECK: tile.join {{.*}} : tensor<4x8xf32> -> tensor<4x8x2xf32>
    # CHECK: tile.reshape {{.*}} : tensor<4x8x2xf32> -> tensor<4x16xf32>
    i = ml.interleave(x, ml.load(p + ml.arange(0, 8))[None, :])
    ml.static_assert(i.shape == (4, 16))
    # CHECK: %[[P:.*]] = tile.join {{.*}} : tensor<1xf32> -> tensor<1x2xf32>
    # CHECK: %[[Q:.*]] = tile.reshape %[[P]] : tensor<1x2xf32> -> tensor<2xf32>
    q = ml.join(ml.load(p), 1.0)
    ml.static_assert(q.shape == (2,))
    # CHECK: %[[R:.*]] = tile.expand_dims %[[Q]] {axis = 0 : i32} : tensor<2xf32> -> tensor<1x2xf32>
    # CHECK: %[[S:.*]], %[[T:.*]] = tile.split %[[R]] : tensor<1x2xf32> -> tensor<1xf32>
    # CHECK: tile.unsplat %[[S]] : tensor<1xf32> -> f32
    # CHECK: tile.unsplat %[[T]] : tensor<1xf32> -> f32
    s, t = ml.split(q)
    ml.static_assert(s.shape == () and ml.interleave(s, t).shape == (2,))
    # CHECK: tile.join {{.*}} : tensor<4x8xf32> -> tensor<4x8x2xf32>
    # CHECK: tile.trans {{.*}} {order = array<i32: 2, 0, 1>} : tensor<4x8x2xf32> -> tensor<2x4x8xf32>
    # CHECK: tile.reshape {{.*}} : tensor<2x4x8xf32> -> tensor<8x8xf32>
    c = ml.cat(x, a, can_reorder=True)
    # CHECK: tile.trans {{.*}} {order = array<i32: 0, 2, 1>} : tensor<4x8x2xf32> -> tensor<4x2x8xf32>
    # CHECK: tile.reshape {{.*}} : tensor<4x2x8xf32> -> tensor<4x16xf32>
    d = ml.cat(x, b, dim=-1)
    ml.static_assert(c.shape == (8, 8) and d.shape == (4, 16))
