# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Nested unrolling is bounded."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    for i in ml.static_range(4096):
        for j in ml.static_range(4096):
            # CHECK: too-much-work.py:[[#@LINE+1]]:13: error: the kernel expands to more than 524288 operations; unroll or inline less
            pass
