# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""abs takes numbers."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: abs-type.py:[[#@LINE+1]]:16: error: abs expects numbers, got *fp32
    x = ml.abs(p)
