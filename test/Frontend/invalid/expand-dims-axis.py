# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""An axis is a dimension of the result."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: expand-dims-axis.py:[[#@LINE+1]]:27: error: expected a dimension of the result between -3 and 2, got the constant 3
    y = ml.expand_dims(x, 3)
