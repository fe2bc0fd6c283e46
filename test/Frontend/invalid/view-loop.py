# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A slice does not change in a loop."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    s = a[0, 0:8]
    for i in range(n):
        x = ml.load(s)
    # CHECK: view-loop.py:[[#@LINE+1]]:9: error: 's' is the unloaded slice bf16[8] of 'a' before the loop and cannot be assigned in it
        s = a[i, 0:8]
