# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""An axis lies inside the tile."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: reduction-axis.py:[[#@LINE+1]]:33: error: expected an axis between -1 and 0 for i32[8], got 1
    x = ml.sum(ml.arange(0, 8), axis=1)
