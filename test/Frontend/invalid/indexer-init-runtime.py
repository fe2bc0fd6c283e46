# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""k is known at compile time."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-init-runtime.py:[[#@LINE+1]]:34: error: expected a compile-time integer for 'k' of topk_init, got i32
    x = ml.indexer.topk_init(16, n)
