# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Scores have the shape of l."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    m, l, acc = ml.attn.softmax_init(16, 32, 64)
    s = ml.zeros((16, 64), ml.float32)
    # CHECK: attn-step-scores.py:[[#@LINE+1]]:30: error: expected scores in the shape of l, fp32[16, 32], got fp32[16, 64]
    x = ml.attn.softmax_step(s, m, l, acc)
