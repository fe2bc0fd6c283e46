# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A loop of a constexpr_function that does not end is stopped."""

import mla
import mla.language as ml


@mla.constexpr_function
def f(x):
    while x > 0:
        # CHECK: constexpr-function-while.py:[[#@LINE+1]]:14: error: the kernel expands to more than 524288 operations
        x += 1
    return x


@mla.kernel
def k(p, n):
    ml.store(p, f(1))
