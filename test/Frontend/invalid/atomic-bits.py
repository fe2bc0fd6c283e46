# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Bits are those of integers."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: atomic-bits.py:[[#@LINE+1]]:{{[0-9]+}}: error: atomic_xor takes integers of 32 or 64 bits, got fp32
    ml.atomic_xor(p, n)
