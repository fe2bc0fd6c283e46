# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A variable of a loop's body does not exist behind it."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    for i in range(n):
        # CHECK: loop-local.py:[[#@LINE+2]]:17: error: 'x' is only defined inside the loop of line [[#@LINE-1]]
        x = 1.0
    ml.store(p, x)
