# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Extents are known at compile time."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: reshape-runtime.py:[[#@LINE+1]]:23: error: expected compile-time integers as extents, got i32
    y = ml.reshape(x, (n, 16))
