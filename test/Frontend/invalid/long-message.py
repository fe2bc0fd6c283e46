# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A long value is cut off in a message, between characters."""

import mla
import mla.language as ml


@mla.kernel
def k(x_ptr, n):
    x = "äöü"
    for i in ml.static_range(8):
        x = x + x
    # CHECK: long-message.py:[[#@LINE+1]]:7: error: operator '-' does not apply to the string '{{(äöü)+(ä|äö)?}}…' and the constant 1
    x - 1
