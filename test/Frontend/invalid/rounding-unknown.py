# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Two roundings are known."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: rounding-unknown.py:[[#@LINE+1]]:35: error: expected the rounding 'rtne' or 'rtz', got 'up'
    x = ml.load(p).to(ml.float16, fp_downcast_rounding="up")
