# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The scale is one number."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: attn-grad-scale.py:[[#@LINE+1]]:45: error: expected a scalar fp32 as 'scale', got fp32[16, 32]
    x = ml.attn.grad_scores(s, 0.0, s, 0.0, s)
