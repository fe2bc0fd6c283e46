# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""There is an lse for each row; transposed, for each column."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: attn-grad-lse.py:[[#@LINE+1]]:35: error: grad_scores expects fp32[32] or a scalar as 'lse', got fp32[16]
    x = ml.attn.grad_scores(s, ml.sum(s, axis=1), s, 0.0, 1.0, transposed=True)
