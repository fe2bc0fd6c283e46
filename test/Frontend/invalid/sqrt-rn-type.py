# RUN: not mla-translate %s --kernel k --signature "*fp64, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""sqrt_rn takes fp32."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: sqrt-rn-type.py:[[#@LINE+1]]:23: error: sqrt_rn expects fp32, got fp64; convert it with .to(ml.float32)
    x = ml.sqrt_rn(ml.load(p))
