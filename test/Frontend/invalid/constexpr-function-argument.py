# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A constexpr_function takes compile-time values."""

import mla
import mla.language as ml


@mla.constexpr_function
def f(x):
    return x + 1


@mla.kernel
def k(p, n):
    # CHECK: constexpr-function-argument.py:[[#@LINE+1]]:17: error: 'f' is a constexpr_function: expected a compile-time value for 'x', got i32
    ml.store(p, f(n))
