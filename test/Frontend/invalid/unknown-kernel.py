# RUN: not mla-translate %s --kernel missing --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A kernel that the file lacks."""

import mla
import mla.language as ml


# CHECK: unknown-kernel.py:1:1: error: no kernel 'missing' in this file; it has 'a', 'b'
@mla.kernel
def a(p):
    pass


@mla.kernel
def b(p):
    pass
