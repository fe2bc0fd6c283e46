# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A module-level constant needs a compile-time value."""

import mla
import mla.language as ml


# CHECK: runtime-constant.py:[[#@LINE+1]]:1: error: expected a compile-time value for the module-level constant 'A', got i32
A = ml.program_id(0)


@mla.kernel
def k(p, n):
    ml.store(p, A)
