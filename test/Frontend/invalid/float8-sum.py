# RUN: not mla-translate %s --kernel k --signature "*fp8e5, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""8-bit floats have no arithmetic."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: float8-sum.py:[[#@LINE+1]]:20: error: operator '+' does not apply to fp8e5 and fp8e5: convert 8-bit floats to a wider type first
    x = ml.load(p) + ml.load(p)
