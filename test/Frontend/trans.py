# RUN: mla-translate %s --kernel k --signature "*fp16" --emit source-tile | FileCheck %s
"""trans permutes dimensions, by default exchanges the last two; as a function, a method and an attribute."""

import mla
import mla.language as ml

# CHECK: %[[X:.*]] = tile.load {{.*}} : tensor<16x8x!tile.ptr<f16>>
# CHECK-COUNT-6: tile.trans %[[X]] : tensor<16x8xf16> -> tensor<8x16xf16>
# CHECK: %[[Y:.*]] = tile.expand_dims %[[X]] {axis = 0 : i32} : tensor<16x8xf16> -> tensor<1x16x8xf16>
# CHECK-COUNT-2: tile.trans %[[Y]] {order = array<i32: 0, 2, 1>} : tensor<1x16x8xf16> -> tensor<1x8x16xf16>
# CHECK: tile.trans %[[Y]] : tensor<1x16x8xf16> -> tensor<8x16x1xf16>
# CHECK: tile.trans %[[Y]] {order = array<i32: 1, 2, 0>} : tensor<1x16x8xf16> -> tensor<16x8x1xf16>
# CHECK-NOT: tile.trans
@mla.kernel
def k(p):
    x = ml.load(p + ml.arange(0, 16)[:, None] * 8 + ml.arange(0, 8)[None, :])
    a = ml.trans(x)
    b = x.T
    c = x.trans()
    d = ml.trans(x, 1, 0)
    e = x.trans((1, 0))
    f = ml.permute(x, (1, 0))
    ml.static_assert(a.shape == (8, 16) and b.dtype == ml.float16)
    y = x[None, :, :]
    g = y.T
    h = y.trans()
    i = y.permute(2, 1, 0)
    j = ml.permute(y, 1, 2, 0)
    # Nothing moves.
    m = ml.permute(y, 0, 1, 2) + x.permute((0, 1)) + ml.trans(ml.arange(0, 8), 0)
    ml.static_assert(m.shape == (1, 16, 8))
