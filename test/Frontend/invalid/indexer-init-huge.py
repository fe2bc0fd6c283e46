# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A state is a tile: with k rounded up it has to fit."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-init-huge.py:[[#@LINE+1]]:20: error: a state of shape [16, 131072] has more than 1048576 elements
    x = ml.indexer.topk_init(16, 65537)
