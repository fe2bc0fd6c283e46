# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A tile of a slice has a limited number of elements."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-huge-slice.py:[[#@LINE+1]]:18: error: a tile of shape [2048, 1024] has more than 1048576 elements
    x = ml.load(a[n:n + 2048, n:n + 1024])
