# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A tile has at most 2**20 elements."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: huge-tile.py:[[#@LINE+1]]:18: error: a tile of shape [1024, 1025] has more than 1048576 elements
    x = ml.zeros((1024, 1025), ml.float32)
