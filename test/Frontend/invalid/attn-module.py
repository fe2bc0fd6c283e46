# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""ml.attn itself is no value."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: attn-module.py:[[#@LINE+1]]:17: error: operator '+' does not apply to the module 'attn' of the language and i32
    x = ml.attn + n
