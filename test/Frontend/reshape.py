# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""reshape, view, ravel and item keep row-major order; shapes are tuples or several arguments."""

import mla
import mla.language as ml

# CHECK: %[[X:.*]] = tile.load {{.*}} : tensor<64x!tile.ptr<f32>>
# CHECK-COUNT-4: tile.reshape %[[X]] : tensor<64xf32> -> tensor<4x16xf32>
# CHECK: tile.reshape %{{.*}} : tensor<4x16xf32> -> tensor<64xf32>
# CHECK: tile.reshape %{{.*}} : tensor<4x16xf32> -> tensor<64xf32>
# CHECK: %[[ONE:.*]] = tile.splat %{{.*}} : f32 -> tensor<1xf32>
# CHECK: tile.reshape %[[ONE]] : tensor<1xf32> -> tensor<1x1xf32>
# CHECK-COUNT-2: tile.unsplat %{{.*}} : tensor<1x1xf32> -> f32
# CHECK-NOT: tile.reshape
@mla.kernel
def k(p):
    x = ml.load(p + ml.arange(0, 64))
    a = ml.reshape(x, (4, 16))
    b = x.reshape(4, 16)
    c = ml.reshape(x, 4, 16, can_reorder=True)
    d = x.view(4, 16)
    ml.static_assert(a.shape == (4, 16) and d.numel == 64)
    e = a.ravel()
    f = ml.ravel(b, can_reorder=True)
    ml.static_assert(e.shape == (64,))
    same = x.reshape(64)
    one = ml.load(p).reshape(1)
    ml.static_assert(ml.load(p).shape == () and ml.load(p).numel == 1)
    tile = one.reshape((1, 1))
    ml.store(p, tile.item() + tile.reshape(()))
