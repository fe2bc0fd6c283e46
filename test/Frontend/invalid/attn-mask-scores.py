# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Scores are fp32 matrices."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.bfloat16)
    # CHECK: attn-mask-scores.py:[[#@LINE+1]]:22: error: mask expects a 2-D tile of fp32 as 'scores', got bf16[16, 32]
    x = ml.attn.mask(s, n, n)
