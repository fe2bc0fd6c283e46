# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The variable of a list comprehension is its own."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = [i for i in ml.static_range(4)]
    # CHECK: comprehension-variable.py:[[#@LINE+1]]:17: error: name 'i' is not defined
    ml.store(p, i)
