# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Values have few attributes."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unknown-attribute.py:[[#@LINE+1]]:11: error: i32 has no attribute 'foo'
    x = n.foo
