# RUN: not mla-translate %s --kernel k --signature "*fp32, i32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Too many entries."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: signature-count.py:[[#@LINE+1]]:5: error: the signature has 3 entries, but 'k' has 2 parameters
def k(p, n):
    pass
