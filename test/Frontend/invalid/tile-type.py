# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The type of a tile is no element type."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.zeros((16,), ml.int32)
    # CHECK: tile-type.py:[[#@LINE+1]]:16: error: expected a compile-time type for 'dtype' of to, got the type i32[16]
    y = x.to(x.type)
