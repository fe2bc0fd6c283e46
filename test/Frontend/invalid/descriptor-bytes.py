# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A row of a block has 16 bytes."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: descriptor-bytes.py:[[#@LINE+1]]:56: error: a descriptor's blocks have at least 16 bytes in the last dimension, got 2 elements of fp32
    d = ml.make_tensor_descriptor(p, [n, 64], [64, 1], [16, 2])
