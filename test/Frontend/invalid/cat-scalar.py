# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Scalars cannot be concatenated."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: cat-scalar.py:[[#@LINE+1]]:16: error: cat expects a tile for 'input', got i32
    y = ml.cat(n, x)
