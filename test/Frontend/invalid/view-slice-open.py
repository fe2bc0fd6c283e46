# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""An extent known at run time needs a slice with an end."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-slice-open.py:[[#@LINE+1]]:22: error: dimension 1 of 'a' ([M, K]) has a run-time extent: expected a slice with an end, such as start:start + 64
    x = ml.load(a[0, :])
