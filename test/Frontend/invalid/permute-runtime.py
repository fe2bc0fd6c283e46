# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""An order is known at compile time."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: permute-runtime.py:[[#@LINE+1]]:19: error: expected compile-time integers for 'dims' of permute, got i32
    y = x.permute(n, 0)
