# RUN: not mla-translate %s --kernel k --signature "*bf16, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A part has elements."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 576], n):
    x = ml.arange(0, 8)[:, None] + ml.arange(0, 16)[None, :]
    # CHECK: tile-part-empty.py:[[#@LINE+1]]:11: error: expected a slice of at least one element, got 4:4
    y = x[4:4]
