# RUN: not mla-translate %s --kernel k --signature "*fp32, 64" --set BLOK=3 --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A constant for a parameter that does not exist."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: unknown-constant.py:[[#@LINE+1]]:5: error: 'k' has no parameter 'BLOK'; did you mean 'BLOCK'?
def k(p, BLOCK: ml.constexpr):
    pass
