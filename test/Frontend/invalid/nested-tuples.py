# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Tuples cannot be nested without end: everything that reads them recurses."""

import mla
import mla.language as ml


@mla.kernel
def k(x_ptr, n):
    x = (n,)
    for i in ml.static_range(4000):
        # CHECK: nested-tuples.py:[[#@LINE+1]]:13: error: tuples are nested more than 100 deep
        x = (x,)
