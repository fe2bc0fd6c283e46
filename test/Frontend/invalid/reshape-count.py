# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A reshape keeps the number of elements."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: reshape-count.py:[[#@LINE+1]]:19: error: expected a shape of 128 elements, as fp32[8, 16] has, got [8, 8] of 64
    y = x.reshape(8, 8)
