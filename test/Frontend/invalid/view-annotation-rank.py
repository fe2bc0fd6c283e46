# RUN: not mla-translate %s --kernel k --signature "" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A view has up to 5 dimensions."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: view-annotation-rank.py:[[#@LINE+1]]:20: error: expected ml.tensor[type, extent, …] with 1 to 5 extents
def k(a: ml.tensor[ml.bf16, 1, 2, 3, 4, 5, 6]):
    pass
