# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A loop moves a block pointer, but does not exchange it."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    b = ml.make_block_ptr(p, (n,), (1,), (0,), (16,), (0,))
    for i in range(n):
        # CHECK: block-loop.py:[[#@LINE+2]]:9: error: 'b' changes in the loop: it is a block pointer to fp32[16] before the loop and a block pointer to fp32[32] after an iteration; its type must stay the same
        # CHECK: block-loop.py:{{.*}}: note: the value before the loop is assigned here
        b = ml.make_block_ptr(p, (n,), (1,), (0,), (32,), (0,))
