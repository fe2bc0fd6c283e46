# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""There is a sink for each row."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    m, l, acc = ml.attn.softmax_init(16, 32, 64)
    # CHECK: attn-finish-sink.py:[[#@LINE+1]]:43: error: softmax_finish expects fp32[16] or a scalar as 'sink', got fp32[32]
    x = ml.attn.softmax_finish(m, l, acc, sink=ml.zeros((32,), ml.float32))
