# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""assert with a constant condition is a static assertion."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: assert.py:[[#@LINE+1]]:5: error: static assertion failed: no
    assert 1 > 2, "no"
