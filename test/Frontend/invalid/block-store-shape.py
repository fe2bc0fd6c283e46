# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A stored tile has the block's shape."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    b = ml.make_block_ptr(p, (n,), (1,), (0,), (16,), (0,))
    # CHECK: block-store-shape.py:[[#@LINE+1]]:20: error: a value fp32[8] cannot be stored to a block fp32[16]
    ml.store(b, ml.zeros((8,), ml.float32))
