# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Python that kernels do not have: list comprehensions."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unsupported-list-comprehension.py:[[#@LINE+1]]:12: error: list comprehensions are not supported in kernels
    x = [i for i in n]
