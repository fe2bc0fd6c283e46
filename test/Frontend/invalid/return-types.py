# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""What a helper returns depends on a run-time condition."""

import mla
import mla.language as ml


@mla.jit
def f(n):
    # CHECK: return-types.py:[[#@LINE+1]]:5: error: 'f' returns i32 or fp32, depending on a run-time condition
    if n > 0:
        return n
    return 1.5


@mla.kernel
def k(p, n):
    ml.store(p, f(n))
