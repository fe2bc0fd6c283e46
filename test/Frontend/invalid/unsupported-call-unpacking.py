# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Python that kernels do not have: unpacked arguments ('*', '**')."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unsupported-call-unpacking.py:[[#@LINE+1]]:17: error: unpacked arguments ('*', '**') are not supported in kernels
    ml.store(p, *n)
