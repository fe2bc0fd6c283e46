# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Every dimension of a view is indexed."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-index-count.py:[[#@LINE+1]]:18: error: expected 2 indices for 'a' ([M, K]), got 1
    x = ml.load(a[n:n + 64])
