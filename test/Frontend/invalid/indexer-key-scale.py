# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""There is a scale for each key."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-key-scale.py:[[#@LINE+1]]:68: error: head_reduce expects fp32[32] or a scalar as 'key_scale', got fp32[16]
    x = ml.indexer.head_reduce(s, ml.zeros((4, 4), ml.float32), ml.sum(s, axis=1))
