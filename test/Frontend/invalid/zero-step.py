# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A step is not zero."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: zero-step.py:[[#@LINE+1]]:26: error: the step of a range must not be zero
    for i in range(0, n, 0):
        pass
