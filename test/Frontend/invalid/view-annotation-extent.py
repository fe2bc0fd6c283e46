# RUN: not mla-translate %s --kernel k --signature "" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Extents are names or positive integers."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: view-annotation-extent.py:[[#@LINE+1]]:34: error: expected a name in quotes or a positive integer as extent, got the constant 0
def k(a: ml.tensor[ml.bf16, 'M', 0]):
    pass
