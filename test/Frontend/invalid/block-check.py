# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""boundary_check names dimensions, once each."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    b = ml.make_block_ptr(p, (n,), (1,), (0,), (16,), (0,))
    # CHECK: block-check.py:[[#@LINE+1]]:20: error: expected different dimensions between 0 and 0 for 'boundary_check', got the tuple (0, 1)
    x = ml.load(b, boundary_check=(0, 1))
