# RUN: not mla-translate %s --kernel k --signature "*fp32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A field has so many values."""

import mla
import mla.language as ml


@mla.kernel
def k(p):
    x = ml.zeros((4, 512), ml.float32)
    # CHECK: gather-encode-shape.py:[[#@LINE+1]]:33: error: expected [4, 64] values for the field 'rope' of the format fp8_ds_mla, got fp32[4, 512]
    y = ml.gather.encode_record((x, x), "fp8_ds_mla")
