# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Python that kernels do not have: assignment expressions (':=')."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unsupported-walrus.py:[[#@LINE+1]]:11: error: assignment expressions (':=') are not supported in kernels
    if (m := n):
        pass
