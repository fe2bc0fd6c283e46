# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Hints are constants."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: hint-runtime.py:[[#@LINE+1]]:{{[0-9]+}}: error: expected positive constants for 'values', got i32
    x = ml.multiple_of(n, n)
