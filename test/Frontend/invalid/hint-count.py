# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A hint has one constant per dimension."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: hint-count.py:[[#@LINE+1]]:{{[0-9]+}}: error: expected 1 constants for 'values', one for each dimension, got 2
    x = ml.multiple_of(ml.arange(0, 8), [8, 8])
