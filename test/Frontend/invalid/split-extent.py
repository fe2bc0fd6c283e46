# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The last extent is 2."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: split-extent.py:[[#@LINE+1]]:18: error: split expects a tile whose last extent is 2, got fp32[8, 16]
    y = ml.split(x)
