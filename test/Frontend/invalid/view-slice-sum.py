# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A slice has no built-ins of values."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-slice-sum.py:[[#@LINE+1]]:17: error: sum expects a tile of numbers, got the unloaded slice bf16[64] of 'a'
    x = ml.sum(a[n, 0:BLOCK])
