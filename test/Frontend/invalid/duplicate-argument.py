# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""An argument is given twice."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: duplicate-argument.py:[[#@LINE+1]]:25: error: argument 'start' of arange is given twice
    x = ml.arange(0, 4, start=1)
