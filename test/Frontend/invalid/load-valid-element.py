# RUN: not mla-translate %s --kernel k --signature "*bf16, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A single element has no rows."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 576], n):
    # CHECK: load-valid-element.py:[[#@LINE+1]]:26: error: 'valid' counts rows of a slice, but this one is a single element
    y = ml.load(a[n, 0], valid=n)
