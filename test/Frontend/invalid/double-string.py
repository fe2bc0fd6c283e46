# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Strings and tuples that double in a loop end, by whatever they double."""

import mla
import mla.language as ml


@mla.kernel
def k(x_ptr, n):
    x = "ab"
    for i in ml.static_range(60):
        # CHECK: double-string.py:[[#@LINE+1]]:13: error: the value has more than 16384 elements or characters
        x = f"{x}{x}"
