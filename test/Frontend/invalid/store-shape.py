# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A stored value is not larger than its pointers."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: store-shape.py:[[#@LINE+1]]:8: error: expected pointers of the full shape [4, 8], got *fp32[8]
    ml.store(p + ml.arange(0, 8), ml.zeros((4, 8), ml.float32))
