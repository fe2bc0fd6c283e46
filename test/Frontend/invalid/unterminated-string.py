# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A string must end on its line."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unterminated-string.py:[[#@LINE+1]]:22: error: unterminated string literal
    ml.static_print(f"{n} is
