# RUN: not mla-translate %s --kernel k --signature "*bf16, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Logarithms of fp32 and fp64 only."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 576], n):
    # CHECK: log-type.py:[[#@LINE+1]]:17: error: log2 expects fp32 or fp64, got i32; convert it with .to(ml.float32)
    y = ml.log2(n)
