# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Loops run over ranges."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: not-a-range.py:[[#@LINE+1]]:14: error: expected range, ml.range or ml.static_range in a 'for' loop
    for i in (1, 2, 3):
        pass
