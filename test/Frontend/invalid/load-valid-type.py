# RUN: not mla-translate %s --kernel k --signature "*bf16, fp32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The number of rows is an integer."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 576], n):
    # CHECK: load-valid-type.py:[[#@LINE+1]]:28: error: expected an integer for 'valid', got fp32
    y = ml.load(a[0:8, :], valid=n)
