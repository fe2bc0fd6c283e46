# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""dot_scaled is refused."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: dot-scaled.py:[[#@LINE+1]]:12: error: 'dot_scaled': scaled products of small floats are not supported: convert the factors to fp16 or bf16, multiply them by their scales and use ml.dot
    x = ml.dot_scaled(p, p, p)
