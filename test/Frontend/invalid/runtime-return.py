# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""return under a run-time condition."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    if n > 3:
        # CHECK: runtime-return.py:[[#@LINE+1]]:9: error: 'return' inside a loop or under a run-time condition is not supported in kernels
        return
    ml.store(p, 1.0)
