# RUN: not mla-translate %s --kernel k --signature "" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A view has extents."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: view-annotation-scalar.py:[[#@LINE+1]]:23: error: expected ml.tensor[type, extent, …] with 1 to 5 extents
def k(a: ml.tensor[ml.bf16]):
    pass
