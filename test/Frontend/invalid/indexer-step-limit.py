# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Limits are int32."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-step-limit.py:[[#@LINE+1]]:38: error: topk_step expects i32[16] or a scalar as 'limit', got i64
    x = ml.indexer.topk_step(s, 0, n.to(ml.int64), ml.indexer.topk_init(16, 4))
