# RUN: not mla-translate %s --kernel k --signature "*fp32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A cache of one scale takes it."""

import mla
import mla.language as ml


@mla.kernel
def k(p):
    x = ml.zeros((4, 512), ml.float32)
    # CHECK: gather-encode-scale.py:[[#@LINE+1]]:19: error: encode_record expects the scale of the cache, a scalar, as 'scale' for the format fp8_e4m3, got None
    y = ml.gather.encode_record(x, "fp8_e4m3")
