# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The sum has one type."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: dot-out-dtype.py:[[#@LINE+1]]:82: error: a product of bf16 and bf16 has the type fp32, got out_dtype fp16; convert it with .to()
    x = ml.dot(ml.zeros((16, 16), ml.bfloat16), ml.zeros((16, 16), ml.bfloat16), out_dtype=ml.float16)
