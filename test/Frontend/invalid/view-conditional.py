# RUN: not mla-translate %s --kernel k --signature ", , i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Views that differ in more than run-time values are not one view."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 64], b: ml.tensor[ml.bf16, 'M', 32], n):
    # CHECK: view-conditional.py:[[#@LINE+1]]:{{[0-9]+}}: error: the sides of an if-expression with a run-time condition differ: the view 'a' of bf16[M, 64] and the view 'b' of bf16[M, 32]
    v = a if n > 0 else b
