# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A label is a string."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    m, l, acc = ml.attn.softmax_init(16, 32, 64)
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: attn-step-label.py:[[#@LINE+1]]:44: error: expected a compile-time string for 'label' of softmax_step, got the constant 1
    x = ml.attn.softmax_step(s, m, l, acc, label=1)
