# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""dot takes two tiles of one type."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: dot-types.py:[[#@LINE+1]]:12: error: dot expects tiles of one type, fp16, bf16, fp32, fp64 or i8, or of 8-bit floats, got fp32[16, 16] and fp16[16, 16]
    x = ml.dot(ml.zeros((16, 16), ml.float32), ml.zeros((16, 16), ml.float16))
