# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""and, or, not need int1."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: logical-type.py:[[#@LINE+1]]:8: error: expected int1 operands of 'and', got i32; compare with zero
    if n and n > 3:
        pass
