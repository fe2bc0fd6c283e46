# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The first key is an int32."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: attn-mask-key.py:[[#@LINE+1]]:27: error: mask expects a scalar i32 as 'first_key', got i64
    x = ml.attn.mask(s, n.to(ml.int64), n)
