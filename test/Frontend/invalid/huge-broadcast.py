# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Broadcasting cannot exceed the limit either."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    a = ml.arange(0, 4096)
    # CHECK: huge-broadcast.py:[[#@LINE+1]]:20: error: a tile of shape [4096, 4096] has more than 1048576 elements
    x = a[:, None] + a[None, :]
