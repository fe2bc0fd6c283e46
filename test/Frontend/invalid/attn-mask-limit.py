# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""There is a limit for each row."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: attn-mask-limit.py:[[#@LINE+1]]:31: error: mask expects i32[16] or a scalar as 'limit', got i32[32]
    x = ml.attn.mask(s, n, ml.arange(0, 32))
