# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A constexpr cannot change in a run-time loop."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    SIZE: ml.constexpr = 8
    for i in range(n):
        # CHECK: loop-constant-change.py:[[#@LINE+1]]:9: error: 'SIZE' is the constant 8 before the loop and cannot be assigned in it
        SIZE = 4
