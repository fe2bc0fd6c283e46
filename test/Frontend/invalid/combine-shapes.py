# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Tiles that are reduced together have one shape."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: combine-shapes.py:[[#@LINE+1]]:19: error: reduce expects tiles of one shape, got the tuple (i32[8], i32[4])
    x = ml.reduce((ml.arange(0, 8), ml.arange(0, 4)), 0, ml.maximum)
