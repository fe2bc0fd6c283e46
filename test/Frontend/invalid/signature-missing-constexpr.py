# RUN: not mla-translate %s --kernel k --signature "*fp32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A constexpr without a value."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: signature-missing-constexpr.py:[[#@LINE+1]]:10: error: the constexpr parameter 'B' has no value: give it in the signature or as a constant
def k(p, B: ml.constexpr):
    pass
