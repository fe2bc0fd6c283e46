# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A scalar pointer takes a scalar mask."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: tile-mask-scalar-pointer.py:[[#@LINE+1]]:20: error: expected a scalar for 'mask' because the pointer is one, got i1[8]
    x = ml.load(p, mask=ml.arange(0, 8) < n)
