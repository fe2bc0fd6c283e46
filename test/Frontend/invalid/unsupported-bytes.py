# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Python that kernels do not have: bytes literals."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unsupported-bytes.py:[[#@LINE+1]]:9: error: bytes literals are not supported in kernels
    x = b"a"
