# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Tiles are concatenated along one of their dimensions."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: cat-dim.py:[[#@LINE+1]]:22: error: expected 'dim' of cat between -2 and 1, got 2
    y = ml.cat(x, x, dim=2)
