# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""return under a run-time condition in an unrolled loop."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    for i in ml.static_range(4):
        if n > i:
            # CHECK: unrolled-loop-return.py:[[#@LINE+1]]:13: error: 'return' inside a loop under a run-time condition
            return
    ml.store(p, 1.0)
