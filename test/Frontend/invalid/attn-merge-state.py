# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Parts merge into the state of one row."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    m, l, acc = ml.attn.softmax_init(16, 32, 64)
    o = ml.zeros((32, 64), ml.float32)
    # CHECK: attn-merge-state.py:[[#@LINE+1]]:60: error: merge_step expects the state of softmax_init(1, 32, 64), got shapes [16], [16, 32] and [16, 64]
    x = ml.attn.merge_step(o, ml.zeros((32,), ml.float32), m, l, acc)
