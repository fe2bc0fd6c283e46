# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Only extents of 1 are repeated."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: broadcast-to-extent.py:[[#@LINE+1]]:24: error: cannot repeat fp32[8, 16] to [8, 32]: expected the same rank
    y = x.broadcast_to(8, 32)
