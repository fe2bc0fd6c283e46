# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A function without decorator is no kernel."""

import mla
import mla.language as ml


# CHECK: undecorated-kernel.py:[[#@LINE+1]]:5: error: function 'k' is not decorated with @mla.kernel (or @triton.jit)
def k(p):
    pass
