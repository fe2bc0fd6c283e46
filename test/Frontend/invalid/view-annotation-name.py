# RUN: not mla-translate %s --kernel k --signature "" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Names of extents are identifiers."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: view-annotation-name.py:[[#@LINE+1]]:29: error: expected a name in quotes or a positive integer as extent, got the string 'M + 1'
def k(a: ml.tensor[ml.bf16, 'M + 1']):
    pass
