# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Python that kernels do not have: classes."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unsupported-class.py:[[#@LINE+1]]:5: error: classes are not supported in kernels
    class A:
        pass
