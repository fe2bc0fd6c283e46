# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""sort takes a dimension."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: sort-dim.py:[[#@LINE+1]]:20: error: expected 'dim' of sort between -2 and 1, got 2
    y = ml.sort(x, dim=2)
