# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""There is a first index for each row."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-step-first.py:[[#@LINE+1]]:36: error: topk_step expects i32[16] or a scalar as 'first', got i32[32]
    x = ml.indexer.topk_step(s, ml.arange(0, 32), n, ml.indexer.topk_init(16, 4))
