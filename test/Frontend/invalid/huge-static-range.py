# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""static_range is bounded."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: huge-static-range.py:[[#@LINE+1]]:17: error: static_range unrolls 1000000000 iterations; at most 4096 are allowed
    for i in ml.static_range(10 ** 9):
        pass
