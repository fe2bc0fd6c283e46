# RUN: not mla-translate %s --kernel k --signature "*fp64, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""fast functions take fp32."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: libdevice-fast-type.py:[[#@LINE+1]]:28: error: fast_expf expects fp32, got fp64; convert it with .to(ml.float32)
    x = ml.extra.libdevice.fast_expf(ml.load(p))
