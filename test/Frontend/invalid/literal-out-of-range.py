# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A constant fits the type that it takes."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: literal-out-of-range.py:[[#@LINE+1]]:23: error: the constant 300 does not fit in i8 (-128 to 127)
    x = n.to(ml.int8) + 300
