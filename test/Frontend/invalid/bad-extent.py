# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Extents are positive."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: bad-extent.py:[[#@LINE+1]]:12: error: expected arange(start, end) with start < end, both in int32; got 4 and 4
    x = ml.arange(4, 4)
