# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Scores have a row for each head of each token."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-heads.py:[[#@LINE+1]]:32: error: expected scores of 15 rows for the 5 tokens and 3 heads of weights, got fp32[16, 32]
    x = ml.indexer.head_reduce(s, ml.zeros((5, 3), ml.float32))
