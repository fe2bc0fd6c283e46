# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Unpacking needs as many values."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unpack-count.py:[[#@LINE+1]]:5: error: expected 3 values to unpack, got 2
    a, b, c = n, n
