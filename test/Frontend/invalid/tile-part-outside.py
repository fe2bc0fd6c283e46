# RUN: not mla-translate %s --kernel k --signature "*bf16, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Parts lie inside their tile."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 576], n):
    x = ml.arange(0, 8)[:, None] + ml.arange(0, 16)[None, :]
    # CHECK: tile-part-outside.py:[[#@LINE+1]]:16: error: expected a bound between 0 and 16, the extent of the tile, got 17
    y = x[:, 8:17]
