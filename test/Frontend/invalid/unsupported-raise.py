# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Python that kernels do not have: 'raise' statements."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unsupported-raise.py:[[#@LINE+1]]:5: error: 'raise' statements are not supported in kernels
    raise p
