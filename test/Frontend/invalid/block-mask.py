# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Block pointers take no mask."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    b = ml.make_block_ptr(p, (n,), (1,), (0,), (16,), (0,))
    # CHECK: block-mask.py:[[#@LINE+1]]:20: error: 'mask' does not apply to a block pointer; use boundary_check and padding_option
    x = ml.load(b, mask=ml.arange(0, 16) < n)
