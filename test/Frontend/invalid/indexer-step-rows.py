# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Logits have the rows of the state."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-step-rows.py:[[#@LINE+1]]:30: error: expected logits with the rows of the state, i64[8, 4], got fp32[16, 32]
    x = ml.indexer.topk_step(s, 0, n, ml.indexer.topk_init(8, 4))
