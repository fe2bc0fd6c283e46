# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""umulhi takes 32 and 64 bits."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: umulhi-type.py:[[#@LINE+1]]:12: error: umulhi expects integers of 32 or 64 bits, got i16
    x = ml.umulhi(n.to(ml.int16), n.to(ml.int16))
