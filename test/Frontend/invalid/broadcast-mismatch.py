# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Extents agree or are 1."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    a = ml.arange(0, 8)[:, None]
    # CHECK: broadcast-mismatch.py:[[#@LINE+1]]:11: error: shapes do not broadcast: extents 8 and 3 at dimension 0 of i32[8, 1] and i32[3, 1]
    b = a + ml.arange(0, 3)[:, None]
