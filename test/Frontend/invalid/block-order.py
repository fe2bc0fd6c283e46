# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The order is a permutation."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: block-order.py:[[#@LINE+1]]:66: error: expected a permutation of 0 to 1 for 'order', got the tuple (1, 1)
    b = ml.make_block_ptr(p, (n, 64), (64, 1), (0, 0), (16, 32), order=(1, 1))
