# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A variable of one branch only cannot be used behind it."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    if n > 3:
        # CHECK: one-sided.py:[[#@LINE+3]]:17: error: 'x' is defined on only one side of a run-time condition
        # CHECK: one-sided.py:[[#@LINE+1]]:9: note: it is assigned here
        x = 1.0
    ml.store(p, x)
