# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""One choice of a precision."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: dot-precision-twice.py:[[#@LINE+1]]:104: error: 'allow_tf32' is the older form of 'input_precision': give one of them
    x = ml.dot(ml.zeros((16, 16), ml.float32), ml.zeros((16, 16), ml.float32), input_precision="ieee", allow_tf32=True)
