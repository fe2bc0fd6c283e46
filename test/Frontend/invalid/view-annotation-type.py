# RUN: not mla-translate %s --kernel k --signature "" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""An annotation begins with an element type."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: view-annotation-type.py:[[#@LINE+1]]:20: error: expected an element type such as ml.bfloat16, got the constant 3
def k(a: ml.tensor[3, 'M']):
    pass
