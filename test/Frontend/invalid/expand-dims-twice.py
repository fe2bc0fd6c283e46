# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Two dimensions cannot be at one place."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: expand-dims-twice.py:[[#@LINE+1]]:27: error: dimension 0 is inserted twice
    y = ml.expand_dims(x, (0, -4))
