# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Pointers have no boundary."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: block-pointer-check.py:[[#@LINE+1]]:20: error: 'boundary_check' applies to block pointers, got *fp32
    x = ml.load(p, boundary_check=(0,))
