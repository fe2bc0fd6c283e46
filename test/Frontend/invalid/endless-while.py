# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A while loop that never ends."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: endless-while.py:[[#@LINE+1]]:11: error: the condition of the 'while' loop is always true, so that it never ends
    while True:
        pass
