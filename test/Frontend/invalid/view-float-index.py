# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A float is no index of a view."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-float-index.py:[[#@LINE+1]]:19: error: expected an integer or a slice as index of a view, got the constant 0.5
    x = ml.load(a[0.5, 0:BLOCK])
