# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A scan has an axis."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: scan-axis.py:[[#@LINE+1]]:12: error: cumsum expects one tile and an axis
    x = ml.cumsum(ml.arange(0, 8), axis=None)
