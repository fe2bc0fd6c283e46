# RUN: not mla-translate %s --kernel k --signature "*bf16, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Only 2-D tiles are transposed."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 576], n):
    # CHECK: trans-rank.py:[[#@LINE+1]]:21: error: expected a 2-D tile to transpose, got i32[8]
    y = ml.trans(ml.arange(0, 8))
