# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Extents of a state are positive."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: attn-init-extent.py:[[#@LINE+1]]:34: error: expected sums between 1 and 1048576, got 0
    x = ml.attn.softmax_init(16, 0, 64)
