# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""Pointers, mask and fill value are broadcast to one shape."""

import mla
import mla.language as ml

# CHECK: tile.broadcast %{{.*}} : tensor<4x1xi1> -> tensor<4x8xi1>
# CHECK: tile.load %{{.*}}, mask %{{.*}} : tensor<4x8x!tile.ptr<f32>>
@mla.kernel
def k(p, n):
    rows = ml.arange(0, 4)[:, None]
    cols = ml.arange(0, 8)[None, :]
    x = ml.load(p + rows * 8 + cols, mask=rows < n)
