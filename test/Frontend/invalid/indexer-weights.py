# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Weights are fp32."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-weights.py:[[#@LINE+1]]:38: error: head_reduce expects a 2-D tile of fp32 as 'weights', got fp16[4, 4]
    x = ml.indexer.head_reduce(s, ml.zeros((4, 4), ml.float16))
