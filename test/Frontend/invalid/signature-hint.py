# RUN: not mla-translate %s --kernel k --signature "*fp32, i32:8" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Only :16 and :1 are hints."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: signature-hint.py:[[#@LINE+1]]:10: error: signature entry 2 ('i32:8') for parameter 'n': expected ':16' or ':1' behind a type
def k(p, n):
    pass
