# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""exp needs fp32."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: exp-type.py:[[#@LINE+1]]:16: error: exp expects fp32 or fp64, got i32; convert it with .to(ml.float32)
    x = ml.exp(n)
