# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Python that kernels do not have: 'else' blocks of loops."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    for i in range(n):
        pass
    # CHECK: unsupported-for-else.py:[[#@LINE+1]]:5: error: 'else' blocks of loops are not supported in kernels
    else:
        pass
