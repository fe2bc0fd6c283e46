# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Slices take no fill value."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-other.py:[[#@LINE+1]]:32: error: 'other' does not apply to a slice of a view: what lies outside the view reads as zero and is not stored
    x = ml.load(a[n, 0:BLOCK], other=1.0)
