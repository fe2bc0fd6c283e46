# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""No more are chosen than the state has places."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-finish-k.py:[[#@LINE+1]]:61: error: expected k between 1 and the 8 columns of the state, got 9
    x = ml.indexer.topk_finish(ml.indexer.topk_init(16, 5), 9)
