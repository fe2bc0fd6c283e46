# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A combine function returns a group of elements."""

import mla
import mla.language as ml


@mla.jit
def f(a, b):
    return a > b


@mla.kernel
def k(p, n):
    # CHECK: combine-result.py:[[#@LINE+1]]:39: error: expected a combine function that returns i32, got i1
    x = ml.reduce(ml.arange(0, 8), 0, f)
