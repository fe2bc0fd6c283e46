# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""div_rn takes fp32."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: div-rn-type.py:[[#@LINE+1]]:12: error: div_rn expects fp32, got fp64
    x = ml.div_rn(ml.load(p).to(ml.float64), 1.0)
