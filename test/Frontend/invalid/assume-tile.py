# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A scalar is assumed."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: assume-tile.py:[[#@LINE+1]]:{{[0-9]+}}: error: expected a condition that is a scalar, got i1[8]
    ml.assume(ml.arange(0, 8) < n)
