# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A slice has elements."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-slice-empty.py:[[#@LINE+1]]:22: error: expected a slice of 1 to 1048576 elements, got -4
    x = ml.load(a[0, n:n - 4])
