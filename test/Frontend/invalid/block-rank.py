# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Every list has one entry per dimension."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: block-rank.py:[[#@LINE+1]]:39: error: expected 2 integers for 'strides', one for each dimension, got 1
    b = ml.make_block_ptr(p, (n, 64), (1,), (0, 0), (16, 32), (1, 0))
