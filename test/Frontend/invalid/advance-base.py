# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Only block pointers are advanced."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: advance-base.py:[[#@LINE+1]]:20: error: advance expects a block pointer, got *fp32
    q = ml.advance(p, (16,))
