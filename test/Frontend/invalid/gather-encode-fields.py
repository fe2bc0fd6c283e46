# RUN: not mla-translate %s --kernel k --signature "*fp32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Every field has values."""

import mla
import mla.language as ml


@mla.kernel
def k(p):
    x = ml.zeros((4, 512), ml.float32)
    # CHECK: gather-encode-fields.py:[[#@LINE+1]]:33: error: a record of the format fp8_ds_mla has two fields, got fp32[4, 512]
    y = ml.gather.encode_record(x, "fp8_ds_mla")
