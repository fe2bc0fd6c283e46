# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Tiles are values."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.arange(0, 8)
    # CHECK: element-assignment.py:[[#@LINE+1]]:6: error: tiles are values: assignment to elements is not supported in kernels
    x[0] = 1
