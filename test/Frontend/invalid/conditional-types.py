# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The sides of an if-expression have one type."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: conditional-types.py:[[#@LINE+1]]:9: error: the sides of an if-expression with a run-time condition differ: i32 and fp32
    x = 1 if n > 3 else 2.0
