# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A combine function has no tiles."""

import mla
import mla.language as ml


@mla.jit
def f(a, b):
    # CHECK: combine-tiles.py:[[#@LINE+1]]:22: error: a combine function only computes on scalars: it has no tiles and no memory
    return ml.sum(ml.arange(0, 4)) + a + b


@mla.kernel
def k(p, n):
    x = ml.reduce(ml.arange(0, 8), 0, f)
