# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""clamp takes floats."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: clamp-type.py:[[#@LINE+1]]:12: error: clamp expects floats, got i32
    x = ml.clamp(n, 0, 3)
