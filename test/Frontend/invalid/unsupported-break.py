# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""break and continue are named as unsupported."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    for i in range(n):
        # CHECK: unsupported-break.py:[[#@LINE+1]]:9: error: 'break' statements are not supported in kernels
        break
