# RUN: not mla-translate %s --kernel k --signature "*fp32, i64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Powers are floats or int32."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: libdevice-pow-type.py:[[#@LINE+1]]:28: error: pow expects fp32 or fp64 to a power of that type or int32, got fp32 and i64
    x = ml.extra.libdevice.pow(ml.load(p), n)
