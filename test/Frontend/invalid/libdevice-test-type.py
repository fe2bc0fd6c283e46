# RUN: not mla-translate %s --kernel k --signature "*fp64, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""finitef takes fp32."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: libdevice-test-type.py:[[#@LINE+1]]:39: error: finitef expects fp32, got fp64
    x = ml.extra.libdevice.finitef(ml.load(p))
