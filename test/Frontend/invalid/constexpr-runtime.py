# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A constexpr needs a compile-time value."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: constexpr-runtime.py:[[#@LINE+1]]:25: error: expected a compile-time value for the constexpr 'X', got i32
    X: ml.constexpr = n + 1
