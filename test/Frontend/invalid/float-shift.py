# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Bit operators need integers."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: float-shift.py:[[#@LINE+1]]:20: error: operator '<<' needs integers, got fp32 and the constant 2
    x = ml.load(p) << 2
