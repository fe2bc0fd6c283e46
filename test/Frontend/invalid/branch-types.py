# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A variable with two types cannot be used behind a branch."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = 1
    if n > 3:
        x = 1.0
    # CHECK: branch-types.py:[[#@LINE+1]]:17: error: 'x' is fp32 or i32, depending on a run-time condition
    ml.store(p, x)
