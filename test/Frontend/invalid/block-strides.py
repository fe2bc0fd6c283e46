# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Five dimensions leave no room for an unknown stride."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: block-strides.py:[[#@LINE+1]]:47: error: expected a stride that is the constant 1 for an array of 5 dimensions; a signature entry such as 'i32:1' says that an argument is 1
    b = ml.make_block_ptr(p, (n, n, n, n, n), (n, n, n, n, n), (0, 0, 0, 0, 0), (1, 1, 1, 1, 16), (4, 3, 2, 1, 0))
