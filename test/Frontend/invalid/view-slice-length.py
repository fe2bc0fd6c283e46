# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The length of a slice is a constant."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-slice-length.py:[[#@LINE+1]]:22: error: the length of this slice is not known at compile time: expected start:start + N with a constant N
    x = ml.load(a[0, 0:n])
