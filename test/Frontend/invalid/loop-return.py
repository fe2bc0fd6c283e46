# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""return in a loop."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    for i in range(n):
        # CHECK: loop-return.py:[[#@LINE+1]]:9: error: 'return' inside a loop under a run-time condition, or inside a run-time loop, is not supported in kernels
        return
    ml.store(p, 1.0)
