# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""There is an lse for each part."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    m, l, acc = ml.attn.softmax_init(1, 16, 32)
    o = ml.zeros((16, 32), ml.float32)
    # CHECK: attn-merge-lse.py:[[#@LINE+1]]:34: error: expected an lse for each of 16 parts, got fp32[8]
    x = ml.attn.merge_step(o, ml.zeros((8,), ml.float32), m, l, acc)
