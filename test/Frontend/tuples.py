# RUN: mla-translate %s --kernel k --signature "*fp32, i32, i32" --emit source-tile | FileCheck %s
"""Tuples are built, indexed, unpacked and swapped."""

import mla
import mla.language as ml

# CHECK: func.func @k(%{{.*}}: !tile.ptr<f32>, %[[A:.*]]: i32, %[[B:.*]]: i32)
# CHECK: arith.subi %[[B]], %[[A]]
@mla.kernel
def k(p, a, b):
    a, b = b, a
    (c, [d, e]) = (a, (b, a))
    f = g = c - d
    x: ml.int32 = f
    ml.store(p, x)
