# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""load needs a pointer."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: not-a-pointer.py:[[#@LINE+1]]:17: error: load expects a pointer, a tile of pointers, a slice of a view or a block pointer, got i32
    x = ml.load(n)
