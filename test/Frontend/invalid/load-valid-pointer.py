# RUN: not mla-translate %s --kernel k --signature "*bf16, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Loads through pointers take a mask."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 576], n):
    # CHECK: load-valid-pointer.py:[[#@LINE+1]]:42: error: 'valid' applies to slices of views; give loads through pointers a mask
    y = ml.load(a.ptr + ml.arange(0, 8), valid=n)
