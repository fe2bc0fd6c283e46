# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The tiles of a state are of a size that tiles can have."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: attn-init-huge.py:[[#@LINE+1]]:17: error: a tile of shape [16, 1048576] has more than 1048576 elements
    x = ml.attn.softmax_init(16, 32, 1048576)
