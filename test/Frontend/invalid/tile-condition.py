# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A condition is a scalar."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: tile-condition.py:[[#@LINE+1]]:24: error: expected a scalar condition, got i1[8]; use where to select elements
    if ml.arange(0, 8) < n:
        pass
