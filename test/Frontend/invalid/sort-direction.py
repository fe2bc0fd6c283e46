# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The direction is a constant."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: sort-direction.py:[[#@LINE+1]]:20: error: expected a compile-time bool for 'descending' of sort, got i1; annotate the variable or parameter with constexpr if its value is known
    y = ml.sort(x, descending=n > 0)
