# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""dot takes matrices."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: dot-rank.py:[[#@LINE+1]]:19: error: dot expects 2-D tiles, or 3-D tiles of several, got fp32[2, 2, 16, 16]
    x = ml.dot(ml.zeros((2, 2, 16, 16), ml.float32), ml.zeros((2, 16, 16), ml.float32))
