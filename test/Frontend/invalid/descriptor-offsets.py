# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""One offset per dimension."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    d = ml.make_tensor_descriptor(p, [n, 64], [64, 1], [16, 32])
    # CHECK: descriptor-offsets.py:[[#@LINE+1]]:16: error: expected 2 integers for 'offsets', one for each dimension, got 1
    x = d.load([n])
