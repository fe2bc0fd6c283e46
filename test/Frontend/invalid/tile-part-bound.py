# RUN: not mla-translate %s --kernel k --signature "*bf16, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Parts of tiles have constant bounds."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 576], n):
    x = ml.arange(0, 8)[:, None] + ml.arange(0, 16)[None, :]
    # CHECK: tile-part-bound.py:[[#@LINE+1]]:15: error: expected a compile-time integer as a bound of a tile's part, got i32
    y = x[:, :n]
