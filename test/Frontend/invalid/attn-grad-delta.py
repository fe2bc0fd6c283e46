# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""There is a delta for each row."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: attn-grad-delta.py:[[#@LINE+1]]:43: error: grad_scores expects fp32[16] or a scalar as 'delta', got fp32[32]
    x = ml.attn.grad_scores(s, 0.0, s, ml.sum(s, axis=0), 1.0)
