# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""NaN is propagated or not."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: propagate-nan.py:[[#@LINE+1]]:26: error: expected ml.PropagateNan.NONE or ml.PropagateNan.ALL, got the constant 2
    x = ml.maximum(n, 1, propagate_nan=2)
