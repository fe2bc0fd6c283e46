# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A constexpr_function makes no run-time value, not even one that it drops."""

import mla
import mla.language as ml


@mla.constexpr_function
def f(x):
    y = ml.program_id(0) + x
    return x


@mla.kernel
def k(p, n):
    # CHECK: constexpr-function-result.py:[[#@LINE+1]]:17: error: 'f' is a constexpr_function, and computes what is known at run time only
    ml.store(p, f(1))
