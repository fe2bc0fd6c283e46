# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A slice is loaded before it is used."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-slice-arithmetic.py:[[#@LINE+1]]:23: error: operator '+' does not apply to the unloaded slice bf16[64] of 'a' and the constant 1
    x = a[n, 0:BLOCK] + 1
