# RUN: not mla-translate %s --kernel k --signature "*fp32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A parameter without a type."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: signature-missing.py:[[#@LINE+1]]:10: error: the parameter 'n' has no type: give one in the signature, such as '*fp32' or 'i32'
def k(p, n):
    pass
