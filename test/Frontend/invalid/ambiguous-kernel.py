# RUN: not mla-translate %s --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Several kernels and no name."""

import mla
import mla.language as ml


# CHECK: ambiguous-kernel.py:1:1: error: the file has several kernels: name the one to compile; it has 'a', 'b'
@mla.kernel
def a(p):
    pass


@mla.kernel
def b(p):
    pass
