# RUN: not mla-translate %s --kernel k --signature "*i16, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Atomics need 32 bits."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: atomic-type.py:[[#@LINE+1]]:{{[0-9]+}}: error: atomic_add takes integers of 32 or 64 bits, fp16, bf16, fp32 or fp64, got i16
    ml.atomic_add(p, n)
