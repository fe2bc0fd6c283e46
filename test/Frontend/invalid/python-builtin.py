# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Functions of Python that kernels lack are named."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: python-builtin.py:[[#@LINE+1]]:5: error: Python's 'print' is not supported in kernels
    print(n)
