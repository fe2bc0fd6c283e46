# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""assert needs a compile-time condition."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: runtime-assert.py:[[#@LINE+1]]:5: error: 'assert' needs a compile-time condition, got i1
    assert n > 2
