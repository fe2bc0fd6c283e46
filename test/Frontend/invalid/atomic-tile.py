# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""One pointer takes one value."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: atomic-tile.py:[[#@LINE+1]]:{{[0-9]+}}: error: expected a scalar for 'val' because the pointer is one, got i32[8]
    ml.atomic_add(p, ml.arange(0, 8))
