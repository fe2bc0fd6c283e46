# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Options that would change results are refused."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: builtin-unsupported-option.py:[[#@LINE+1]]:20: error: expected a compile-time bool for 'volatile' of load, got the constant 2
    x = ml.load(p, volatile=2)
