# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""ml.math has mathematics only."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: math-unknown.py:[[#@LINE+1]]:17: error: the language has no 'math.load'; did you mean 'log'?
    x = ml.math.load(p)
