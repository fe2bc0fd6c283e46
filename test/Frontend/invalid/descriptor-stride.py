# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The last dimension is contiguous."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: descriptor-stride.py:[[#@LINE+1]]:47: error: the last stride of a tensor descriptor must be the constant 1, got i32
    d = ml.make_tensor_descriptor(p, [n, 64], [64, n], [16, 32])
