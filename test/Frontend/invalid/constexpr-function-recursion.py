# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A constexpr_function may call itself, but not for ever."""

import mla
import mla.language as ml


@mla.constexpr_function
def f(x):
    # CHECK: constexpr-function-recursion.py:[[#@LINE+1]]:12: error: calls are nested more than 64 deep
    return f(x + 1)


@mla.kernel
def k(p, n):
    ml.store(p, f(1))
