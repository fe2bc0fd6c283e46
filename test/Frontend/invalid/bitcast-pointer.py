# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Memory has one element type; bits are what elements are reinterpreted as."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: bitcast-pointer.py:[[#@LINE+1]]:11: error: a pointer keeps its element type: cannot convert *fp32 to *i32; bitcast what is loaded and stored
    q = p.to(ml.pointer_type(ml.int32), bitcast=True)
