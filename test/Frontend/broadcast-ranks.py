# RUN: mla-translate %s --kernel k --signature "i32" --emit source-tile | FileCheck %s
"""Missing leading dimensions have extent 1; scalars are repeated."""

import mla
import mla.language as ml

# CHECK: tile.expand_dims %{{.*}} {axis = 0 : i32} : tensor<5xi32> -> tensor<1x5xi32>
# CHECK: tile.splat %{{.*}} : i32 -> tensor<3x5xi32>
@mla.kernel
def k(n):
    a = ml.zeros((3, 5), ml.int32) + ml.arange(0, 5)
    b = a * n
