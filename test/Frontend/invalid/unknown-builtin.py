# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A misspelt built-in gets a suggestion."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unknown-builtin.py:[[#@LINE+1]]:8: error: the language has no 'stor'; did you mean 'store'?
    ml.stor(p, 1.0)
