# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""One dimension is counted."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: histogram-rank.py:[[#@LINE+1]]:24: error: histogram expects one dimension, got i32[8, 16]; use ravel
    y = ml.histogram(x.to(ml.int32), 8)
