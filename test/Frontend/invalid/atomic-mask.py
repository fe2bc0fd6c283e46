# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Masks are int1."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: atomic-mask.py:[[#@LINE+1]]:{{[0-9]+}}: error: expected a mask of int1, got i32
    ml.atomic_add(p, 1, mask=n)
