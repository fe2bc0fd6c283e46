# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""dot takes 16-bit floats."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    a = ml.zeros((16, 16), ml.float32)
    # CHECK: dot-types.py:[[#@LINE+1]]:16: error: dot expects 2-D tiles of fp16 or bf16, got fp32[16, 16]
    x = ml.dot(a, a)
