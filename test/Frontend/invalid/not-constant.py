# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Extents are compile-time constants."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    size = 8
    # CHECK: not-constant.py:[[#@LINE+1]]:22: error: expected a compile-time integer for 'end' of arange, got i32; annotate the variable or parameter with constexpr if its value is known
    x = ml.arange(0, size)
