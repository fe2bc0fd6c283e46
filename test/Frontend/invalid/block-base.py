# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The base is one pointer."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: block-base.py:[[#@LINE+1]]:29: error: make_block_ptr expects a pointer, got *fp32[16]
    b = ml.make_block_ptr(p + ml.arange(0, 16), (n,), (1,), (0,), (16,), (0,))
