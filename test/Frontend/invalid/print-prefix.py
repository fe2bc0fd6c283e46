# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The prefix is text."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: print-prefix.py:[[#@LINE+1]]:{{[0-9]+}}: error: expected a compile-time string for 'prefix' of device_print, got i32
    ml.device_print(n)
