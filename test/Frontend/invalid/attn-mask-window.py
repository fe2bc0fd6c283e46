# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The window is an int32."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: attn-mask-window.py:[[#@LINE+1]]:31: error: expected an integer for the type i32, got the constant 2.5
    x = ml.attn.mask(s, n, n, window=2.5)
