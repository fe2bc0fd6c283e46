# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""One dimension cannot be exchanged with another."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: trans-rank.py:[[#@LINE+1]]:21: error: expected a tile of at least two dimensions to transpose, got i32[8]
    y = ml.trans(ml.arange(0, 8))
