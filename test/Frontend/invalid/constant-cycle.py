# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Module-level constants cannot depend on each other in a circle."""

import mla
import mla.language as ml


A = B + 1
# CHECK: constant-cycle.py:[[#@LINE+1]]:5: error: the module-level constant 'A' depends on itself
B = A


@mla.kernel
def k(p, n):
    ml.store(p, A)
