# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Constants have at most 128 bits."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: constant-overflow.py:[[#@LINE+1]]:25: error: the result of '**' does not fit in 128 bits
    ml.static_assert(10 ** 100 > 0)
