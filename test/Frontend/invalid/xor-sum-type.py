# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""xor_sum is for integers."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: xor-sum-type.py:[[#@LINE+1]]:23: error: xor_sum expects integers, got fp32[8]
    x = ml.xor_sum(ml.zeros((8,), ml.float32))
