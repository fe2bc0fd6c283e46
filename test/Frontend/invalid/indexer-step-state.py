# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A state has entries of 64 bits."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-step-state.py:[[#@LINE+1]]:39: error: topk_step expects a 2-D tile of i64 as 'state', got fp32[16, 32]
    x = ml.indexer.topk_step(s, 0, n, s)
