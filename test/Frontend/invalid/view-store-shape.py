# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A value is no larger than the slice that it is stored to."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-store-shape.py:[[#@LINE+1]]:32: error: a value bf16[2, 64] cannot be stored to the unloaded slice bf16[64] of 'a'
    ml.store(a[n, 0:BLOCK], ml.zeros((2, 64), ml.f32))
