# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The loop variable does not exist behind the loop."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    for i in range(n):
        pass
    # CHECK: loop-variable.py:[[#@LINE+1]]:17: error: 'i' is only defined inside the loop of line [[#@LINE-2]]
    ml.store(p, i)
