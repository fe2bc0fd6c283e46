# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""What is joined broadcasts."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: join-shapes.py:[[#@LINE+1]]:12: error: join expects one element type, got fp32[8, 16] and *fp32
    y = ml.join(x, p)
