# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""There is at least one bin."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8)[:, None] * 16 + ml.arange(0, 16)[None, :])
    # CHECK: histogram-bins.py:[[#@LINE+1]]:39: error: expected between 1 and 1048576 bins, got 0
    y = ml.histogram(ml.arange(0, 8), 0)
