# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""broadcast_to inserts no dimensions."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: broadcast-to-rank.py:[[#@LINE+1]]:28: error: cannot repeat fp32[8, 16] to [2, 8, 16]: expected the same rank, and the same extents except where the tile's is 1
    y = ml.broadcast_to(x, (2, 8, 16))
