# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A misspelt variable gets a suggestion."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    offset = n + 1
    # CHECK: undefined-name.py:[[#@LINE+1]]:23: error: name 'ofset' is not defined; did you mean 'offset'?
    ml.store(p, 1.0 * ofset)
