# RUN: not mla-translate %s --kernel k --signature "*fp32, i33" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""An unknown type in the signature."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: signature-type.py:[[#@LINE+1]]:10: error: signature entry 2 ('i33') for parameter 'n': expected a type such as '*bf16:16', 'i32' or 'fp32', or a constant: an integer, a float, True, False, None, a quoted string or a type name
def k(p, n):
    pass
