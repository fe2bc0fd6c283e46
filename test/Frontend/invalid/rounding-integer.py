# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Roundings are for floats."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: rounding-integer.py:[[#@LINE+1]]:26: error: a rounding applies to conversions to a narrower float, not from i32 to fp16
    x = n.to(ml.float16, fp_downcast_rounding="rtne")
