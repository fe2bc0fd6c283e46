# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Pointers take offsets only."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: pointer-times.py:[[#@LINE+1]]:11: error: operator '*' does not apply to *fp32 and the constant 2; pointers take integer offsets
    x = p * 2
