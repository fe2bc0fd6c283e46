# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""What a list comprehension keeps is known at compile time."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: comprehension-condition.py:[[#@LINE+1]]:45: error: expected a compile-time condition in a list comprehension, got i1
    x = [i for i in ml.static_range(4) if i < n]
