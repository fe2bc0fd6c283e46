# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A batch of products has one extent."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: dot-batch.py:[[#@LINE+1]]:12: error: dot expects [B, M, K] and [B, K, N], got fp16[2, 16, 16] and fp16[4, 16, 16]
    x = ml.dot(ml.zeros((2, 16, 16), ml.float16), ml.zeros((4, 16, 16), ml.float16))
