# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Three precisions are known."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: dot-precision.py:[[#@LINE+1]]:80: error: expected 'input_precision' to be 'tf32', 'tf32x3', 'ieee', got 'bf16x3'
    x = ml.dot(ml.zeros((16, 16), ml.float32), ml.zeros((16, 16), ml.float32), input_precision="bf16x3")
