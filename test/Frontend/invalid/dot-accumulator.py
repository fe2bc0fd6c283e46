# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The accumulator has the type of the sum."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: dot-accumulator.py:[[#@LINE+1]]:77: error: expected an accumulator i32[16, 16], got fp32[16, 16]
    x = ml.dot(ml.zeros((16, 16), ml.int8), ml.zeros((16, 16), ml.int8), ml.zeros((16, 16), ml.float32))
