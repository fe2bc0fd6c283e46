# RUN: not mla-translate %s --kernel k --signature "tensordesc<fp32[]>, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Blocks have extents."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: descriptor-signature.py:[[#@LINE+1]]:7: error: signature entry 1 ('tensordesc<fp32[]>') for parameter 'p': expected a descriptor such as 'tensordesc<bf16[64, 32]>' with 1 to 5 extents
def k(p, n):
    pass
