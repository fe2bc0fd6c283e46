# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""An error in a helper shows the calls that led there."""

import mla
import mla.language as ml


@mla.jit
def add(x, y):
    # CHECK: helper-error-stack.py:[[#@LINE+1]]:14: error: shapes do not broadcast: extents 8 and 4 at dimension 0 of i32[8] and i32[4]
    return x + y


@mla.kernel
def k(p, n):
    # CHECK: helper-error-stack.py:[[#@LINE+1]]:17: note: called from
    ml.store(p, add(ml.arange(0, 8), ml.arange(0, 4)))
