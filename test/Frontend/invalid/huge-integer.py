# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Integers have at most 128 bits."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: huge-integer.py:[[#@LINE+1]]:17: error: the integer does not fit in 128 bits
    ml.store(p, 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF)
