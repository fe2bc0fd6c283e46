# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A constexpr cannot be assigned again."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    X: ml.constexpr = 1
    # CHECK: constexpr-reassigned.py:[[#@LINE+2]]:5: error: 'X' is already defined; a constexpr cannot be assigned again
    # CHECK: note: it is defined here
    X: ml.constexpr = 2
