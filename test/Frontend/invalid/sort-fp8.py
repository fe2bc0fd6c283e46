# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Narrow floats are widened first."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: sort-fp8.py:[[#@LINE+1]]:20: error: convert 8-bit floats to a wider type before sort
    y = ml.sort(ml.zeros((8,), ml.float8e5))
