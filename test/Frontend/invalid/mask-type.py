# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A mask is of int1."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: mask-type.py:[[#@LINE+1]]:22: error: expected a mask of int1, got i32
    ml.store(p, 1.0, mask=n)
