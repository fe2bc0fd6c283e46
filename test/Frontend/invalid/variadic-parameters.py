# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Variadic parameters."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: variadic-parameters.py:[[#@LINE+1]]:10: error: variadic parameters ('*', '**') are not supported in kernels
def k(p, *args):
    pass
