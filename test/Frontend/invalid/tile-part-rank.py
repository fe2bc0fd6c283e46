# RUN: not mla-translate %s --kernel k --signature "*bf16, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""One slice for each dimension."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 576], n):
    x = ml.arange(0, 8)[:, None] + ml.arange(0, 16)[None, :]
    # CHECK: tile-part-rank.py:[[#@LINE+1]]:10: error: too many indices for i32[8, 16]: more than 2 slices
    y = x[:, :, :4]
