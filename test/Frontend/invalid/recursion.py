# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Helpers cannot call themselves."""

import mla
import mla.language as ml


@mla.jit
def even(x):
    return odd(x)


@mla.jit
def odd(x):
    # CHECK: recursion.py:[[#@LINE+3]]:12: error: recursive call of 'even': helpers are inlined and cannot call themselves
    # CHECK: called from
    # CHECK: called from
    return even(x)


@mla.kernel
def k(p, n):
    ml.store(p, even(n))
