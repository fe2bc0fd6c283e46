# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Bounds are integers."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: float-bound.py:[[#@LINE+1]]:23: error: expected an integer as the bound of a range, got fp32
    for i in range(ml.load(p)):
        pass
