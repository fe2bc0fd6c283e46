# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Python that kernels do not have: generator expressions."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unsupported-generator.py:[[#@LINE+1]]:15: error: generator expressions are not supported in kernels
    x = sum(i for i in n)
