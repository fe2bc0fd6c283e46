# RUN: not mla-translate %s --kernel k --signature "*i64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A run-time value needs a type that holds it."""

import mla
import mla.language as ml


@mla.kernel
def k(p):
    # CHECK: integer-too-large.py:[[#@LINE+1]]:11: error: the integer 18446744073709551616 does not fit in 64 bits
    x = 1 << 64
