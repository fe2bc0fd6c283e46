# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""An index has the other extents."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: gather-index-shape.py:[[#@LINE+1]]:25: error: gather along dimension 0 expects an index with the other extents of src, fp32[8, 16], got i32[16]
    y = ml.gather(x, ml.arange(0, 16), 0)
