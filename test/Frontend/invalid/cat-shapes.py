# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Concatenated tiles have one shape."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: cat-shapes.py:[[#@LINE+1]]:12: error: cat expects tiles of one element type and shape, got fp32[8, 16] and fp32[4, 16]
    y = ml.cat(x, x[:4, :])
