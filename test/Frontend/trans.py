# RUN: mla-translate %s --kernel k --signature "*fp16" --emit source-tile | FileCheck %s
"""trans exchanges the dimensions of a 2-D tile, as a function, a method and an attribute."""

import mla
import mla.language as ml

# CHECK: %[[X:.*]] = tile.load {{.*}} : tensor<16x8x!tile.ptr<f16>>
# CHECK-COUNT-5: tile.trans %[[X]] : tensor<16x8xf16> -> tensor<8x16xf16>
# CHECK-NOT: tile.trans
@mla.kernel
def k(p):
    x = ml.load(p + ml.arange(0, 16)[:, None] * 8 + ml.arange(0, 8)[None, :])
    a = ml.trans(x)
    b = x.T
    c = x.trans()
    d = ml.trans(x, 1, 0)
    e = x.trans((1, 0))
    ml.static_assert(a.shape == (8, 16) and b.dtype == ml.float16)
