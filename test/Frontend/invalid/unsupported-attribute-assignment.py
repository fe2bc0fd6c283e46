# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Python that kernels do not have: assignments to attributes."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unsupported-attribute-assignment.py:[[#@LINE+1]]:7: error: assignments to attributes are not supported in kernels
    p.x = 1
