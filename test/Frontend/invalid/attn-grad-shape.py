# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Gradients of weights have the shape of scores."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: attn-grad-shape.py:[[#@LINE+1]]:40: error: expected grad_weights in the shape of scores, fp32[16, 32], got fp32[32, 16]
    x = ml.attn.grad_scores(s, 0.0, ml.trans(s), 0.0, 1.0)
