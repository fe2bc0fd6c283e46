# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Logits are fp32."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-step-logits.py:[[#@LINE+1]]:32: error: topk_step expects a 2-D tile of fp32 as 'logits', got bf16[16, 32]
    x = ml.indexer.topk_step(s.to(ml.bfloat16), 0, n, ml.indexer.topk_init(16, 4))
