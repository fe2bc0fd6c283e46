# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Elements of tiles cannot be selected."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.arange(0, 8)
    # CHECK: tile-index.py:[[#@LINE+1]]:11: error: expected a slice or None as an index of i32[8]; elements of tiles cannot be selected
    y = x[0]
