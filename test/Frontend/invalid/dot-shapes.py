# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The inner extents of dot agree."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    a = ml.zeros((16, 32), ml.float16)
    # CHECK: dot-shapes.py:[[#@LINE+1]]:12: error: dot expects [M, K] and [K, N], got fp16[16, 32] and fp16[16, 32]
    x = ml.dot(a, a)
