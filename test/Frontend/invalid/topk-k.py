# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""k is an extent inside the tile."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: topk-k.py:[[#@LINE+1]]:20: error: expected 'k' of topk between 1 and 16, got 17
    y = ml.topk(x, 17)
