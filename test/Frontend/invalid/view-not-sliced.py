# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A view is no pointer."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-not-sliced.py:[[#@LINE+1]]:17: error: load expects a pointer, a tile of pointers, a slice of a view or a block pointer, got the view 'a' of bf16[M, K]
    x = ml.load(a)
