# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Pairs have one element type."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: join-types.py:[[#@LINE+1]]:12: error: join expects one element type, got fp32[8, 16] and i32[16]; convert one with .to
    y = ml.join(x, ml.arange(0, 16))
