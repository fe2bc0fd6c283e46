# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A line must return to an outer indentation."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
        x = 1
        # CHECK: bad-indent.py:[[#@LINE+1]]:5: error: unindent does not match any outer indentation level
    y = 2
