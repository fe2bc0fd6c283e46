# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Indices are integers."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: gather-index-type.py:[[#@LINE+1]]:22: error: gather expects integers for 'index', got fp32[8, 16]
    y = ml.gather(x, x, 0)
