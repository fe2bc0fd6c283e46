# RUN: not mla-translate %s --kernel k --signature "*bf16, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The only permutation of two dimensions that moves something is 1, 0."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 576], n):
    x = ml.arange(0, 8)[:, None] + ml.arange(0, 16)[None, :]
    # CHECK: trans-dims.py:[[#@LINE+1]]:21: error: trans exchanges the dimensions of a 2-D tile: expected no dimensions, or 1 and 0
    y = ml.trans(x, 0, 1)
