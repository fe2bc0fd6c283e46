# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""k is positive."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-init-k.py:[[#@LINE+1]]:34: error: expected k between 1 and 1048576, got 0
    x = ml.indexer.topk_init(16, 0)
