# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A state has one number of rows."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    m, l, acc = ml.attn.softmax_init(16, 32, 64)
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: attn-step-state.py:[[#@LINE+1]]:33: error: softmax_step expects a state of shapes [M], [M, L] and [M, D], got [16], [16, 32] and [32, 64]
    x = ml.attn.softmax_step(s, m, l, ml.zeros((32, 64), ml.float32))
