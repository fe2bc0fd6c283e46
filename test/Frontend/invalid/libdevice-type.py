# RUN: not mla-translate %s --kernel k --signature "*fp16, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""libdevice takes fp32 and fp64."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: libdevice-type.py:[[#@LINE+1]]:28: error: tanh expects fp32 or fp64, got fp16; convert it with .to(ml.float32)
    x = ml.extra.libdevice.tanh(ml.load(p))
