# RUN: mla-translate %s --kernel k --signature "" --emit source-tile | FileCheck %s
"""x[:, None] inserts a dimension; extents are any positive integers."""

import mla
import mla.language as ml

# CHECK: tile.expand_dims %{{.*}} {axis = 1 : i32} : tensor<3xi32> -> tensor<3x1xi32>
# CHECK: tile.expand_dims %{{.*}} {axis = 0 : i32} : tensor<5xi32> -> tensor<1x5xi32>
# CHECK: tile.broadcast %{{.*}} : tensor<3x1xi32> -> tensor<3x5xi32>
# CHECK: tile.broadcast %{{.*}} : tensor<1x5xi32> -> tensor<3x5xi32>
# CHECK: tile.expand_dims %{{.*}} {axis = 1 : i32} : tensor<3x5xi32> -> tensor<3x1x5xi32>
@mla.kernel
def k():
    a = ml.arange(0, 3)[:, None] + ml.arange(0, 5)[None, :]
    b = a[:, None]
    ml.static_assert(a.shape == (3, 5) and b.shape == [3, 1, 5])
    ml.static_assert(len(b.shape) == 3 and b.shape[-1] == 5)
