# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A function without decorator is no helper."""

import mla
import mla.language as ml


# CHECK: undecorated-helper.py:[[#@LINE+8]]:17: error: 'helper' is not decorated with @mla.jit (or @triton.jit)
# CHECK: undecorated-helper.py:[[#@LINE+1]]:5: note: it is defined here
def helper(x):
    return x


@mla.kernel
def k(p, n):
    ml.store(p, helper(n))
