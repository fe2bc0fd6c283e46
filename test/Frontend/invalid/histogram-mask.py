# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A mask has the shape of what is counted."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: histogram-mask.py:[[#@LINE+1]]:42: error: expected a mask int1[8], got i1[8, 16]
    y = ml.histogram(ml.arange(0, 8), 4, mask=x > 0)
