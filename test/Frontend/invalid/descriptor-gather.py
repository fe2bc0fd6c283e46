# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Rows are gathered one by one."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    d = ml.make_tensor_descriptor(p, [n, 64], [64, 1], [16, 32])
    # CHECK: descriptor-gather.py:[[#@LINE+1]]:11: error: gather expects a descriptor of a matrix with blocks of one row, got a tensor descriptor of blocks fp32[16, 32]
    x = d.gather(ml.arange(0, 16), 0)
