# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Extents are integers."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: block-float.py:[[#@LINE+1]]:30: error: expected integers for 'shape', got the constant 64.0
    b = ml.make_block_ptr(p, (n, 64.0), (64, 1), (0, 0), (16, 32), (1, 0))
