# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A kernel returns nothing."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: kernel-value.py:[[#@LINE+1]]:12: error: a kernel returns no value, got i32
    return n
