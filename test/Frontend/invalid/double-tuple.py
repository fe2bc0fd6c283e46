# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A tuple that holds one twice is as large as both, though it shares them."""

import mla
import mla.language as ml


@mla.kernel
def k(x_ptr, n):
    x = (n, 1)
    for i in ml.static_range(60):
        # CHECK: double-tuple.py:[[#@LINE+1]]:13: error: the value has more than 16384 elements or characters
        x = (x, x)
