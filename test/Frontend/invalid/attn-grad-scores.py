# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Scores are matrices."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: attn-grad-scores.py:[[#@LINE+1]]:32: error: grad_scores expects a 2-D tile of fp32 as 'scores', got fp32[16]
    x = ml.attn.grad_scores(ml.sum(s, axis=1), 0.0, s, 0.0, 1.0)
