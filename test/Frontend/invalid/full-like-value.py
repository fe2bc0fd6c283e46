# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The value is a number or a scalar."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: full-like-value.py:[[#@LINE+1]]:25: error: expected a number or a scalar, got fp32[8, 16]
    y = ml.full_like(x, x)
