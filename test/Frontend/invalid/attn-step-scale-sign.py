# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The scale is positive: the greatest score stays the greatest."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    m, l, acc = ml.attn.softmax_init(16, 32, 64)
    # CHECK: attn-step-scale-sign.py:[[#@LINE+1]]:44: error: expected a positive, finite 'scale', got
    x = ml.attn.softmax_step(l, m, l, acc, scale=-0.5)
