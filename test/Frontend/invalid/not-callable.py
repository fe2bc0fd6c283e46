# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Only built-ins and helpers can be called."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: not-callable.py:[[#@LINE+1]]:5: error: i32 cannot be called
    n(3)
