# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A state has the columns that topk_init gives it."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-step-places.py:[[#@LINE+1]]:42: error: expected a state with a power of two of columns, as topk_init makes it, got i64[16, 12]
    x = ml.indexer.topk_step(s, 0, n, ml.zeros((16, 12), ml.int64))
