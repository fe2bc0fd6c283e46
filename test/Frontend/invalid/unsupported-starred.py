# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Python that kernels do not have: starred expressions."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unsupported-starred.py:[[#@LINE+1]]:12: error: starred expressions are not supported in kernels
    x = 1, *p
