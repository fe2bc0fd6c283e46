# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A list comprehension runs over tuples and ranges."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: comprehension-iterable.py:[[#@LINE+1]]:21: error: a list comprehension runs over a tuple or a range of compile-time bounds, got i32
    x = [i for i in n]
