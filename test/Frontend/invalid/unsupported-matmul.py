# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The operator @."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unsupported-matmul.py:[[#@LINE+1]]:11: error: the operator '@' is not supported in kernels; use dot for matrix products
    x = p @ n
