# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Slices of views have no step."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-slice-step.py:[[#@LINE+1]]:31: error: a slice of a view takes no step
    x = ml.load(a[0, n:n + 64:2])
