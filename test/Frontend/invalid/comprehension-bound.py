# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Its range has bounds known at compile time."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: comprehension-bound.py:[[#@LINE+1]]:27: error: expected a compile-time integer for 'arg2' of range, got i32; annotate the variable
    x = [i for i in range(n)]
