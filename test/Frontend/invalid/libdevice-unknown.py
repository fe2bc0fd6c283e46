# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Unknown functions of libdevice."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: libdevice-unknown.py:[[#@LINE+1]]:28: error: the language has no 'extra.libdevice.tahn'; did you mean 'tan'?
    x = ml.extra.libdevice.tahn(ml.load(p))
