# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A tile is no index of a view."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-tile-index.py:[[#@LINE+1]]:22: error: expected an integer or a slice as index of a view, got i32[8]
    x = ml.load(a[ml.arange(0, 8), 0:BLOCK])
