# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""What follows the shape is given by keyword."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: reshape-keyword.py:[[#@LINE+1]]:28: error: reshape has no parameter 'reorder'; it has 'input', 'shape' and 'can_reorder'
    y = ml.reshape(x, 128, reorder=True)
