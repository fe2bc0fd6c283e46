# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A misspelt built-in of ml.attn gets a suggestion."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: attn-unknown.py:[[#@LINE+1]]:13: error: the language has no 'attn.softmax_ini'; did you mean 'softmax_init'?
    ml.attn.softmax_ini(16, 32, 64)
