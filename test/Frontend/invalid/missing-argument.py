# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A built-in misses an argument."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: missing-argument.py:[[#@LINE+1]]:8: error: store is missing the argument 'value'
    ml.store(p)
