# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A built-in has fewer parameters."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: too-many-arguments.py:[[#@LINE+1]]:25: error: arange takes at most 2 positional arguments, got 3
    x = ml.arange(0, 4, 8)
