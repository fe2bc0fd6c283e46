# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A constant division by zero."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: division-by-zero.py:[[#@LINE+1]]:24: error: division of the constant 7 by zero
    ml.static_assert(7 % (3 - 3) == 0)
