# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A failed static assertion shows its message."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: static-assert.py:[[#@LINE+1]]:8: error: static assertion failed: 3 is odd
    ml.static_assert(3 % 2 == 0, f"{1 + 2} is odd")
