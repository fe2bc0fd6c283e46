# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A gather runs along a dimension."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: gather-axis.py:[[#@LINE+1]]:47: error: expected 'axis' of gather between -2 and 1, got 2
    y = x.gather(ml.zeros((8, 16), ml.int32), 2)
