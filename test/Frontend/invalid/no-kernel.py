# RUN: not mla-translate %s --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A file without kernels."""

import mla
import mla.language as ml


# CHECK: no-kernel.py:1:1: error: no kernel in this file: expected a function decorated with @mla.kernel (or @triton.jit)
def a(p):
    pass
