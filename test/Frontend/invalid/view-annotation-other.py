# RUN: not mla-translate %s --kernel k --signature "" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Only ml.tensor is a view."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: view-annotation-other.py:[[#@LINE+1]]:18: error: expected a type or ml.tensor[…] as annotation of 'a'
def k(a: ml.int32['M']):
    pass
