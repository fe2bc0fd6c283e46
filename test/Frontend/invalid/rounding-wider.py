# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Roundings are for narrower floats."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: rounding-wider.py:[[#@LINE+1]]:35: error: a rounding applies to conversions to a narrower float, not from fp32 to fp64
    x = ml.load(p).to(ml.float64, fp_downcast_rounding="rtz")
