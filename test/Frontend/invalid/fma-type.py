# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""fma takes floats."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: fma-type.py:[[#@LINE+1]]:12: error: fma expects floats, got i32
    x = ml.fma(n, n, n)
