# RUN: not mla-translate %s --kernel k --signature ", , i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A view does not depend on a run-time condition."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], b: ml.tensor[ml.bf16, 'M', 'K'], n):
    v = a
    if n > 0:
        v = b
    # CHECK: view-branches.py:[[#@LINE+1]]:17: error: 'v' is the view 'b' of bf16[M, K] or the view 'a' of bf16[M, K], depending on a run-time condition
    x = ml.load(v[0, 0:8])
