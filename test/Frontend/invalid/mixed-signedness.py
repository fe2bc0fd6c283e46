# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Division of signed and unsigned integers."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: mixed-signedness.py:[[#@LINE+1]]:11: error: operator '//' does not apply to i32 and u32: their signedness differs; convert one of them
    x = n // n.to(ml.uint32)
