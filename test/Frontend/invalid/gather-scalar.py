# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A scalar has no elements to select."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: gather-scalar.py:[[#@LINE+1]]:19: error: gather expects a tile of numbers for 'src', got i32
    y = ml.gather(n, n, 0)
