# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""What combines is a function."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: combine-function.py:[[#@LINE+1]]:49: error: the constant 3 cannot be called
    x = ml.associative_scan(ml.arange(0, 8), 0, 3)
