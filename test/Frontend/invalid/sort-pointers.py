# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Pointers have no order."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: sort-pointers.py:[[#@LINE+1]]:19: error: sort expects a tile of numbers for 'x', got *fp32[8]
    y = ml.sort(p + ml.arange(0, 8))
