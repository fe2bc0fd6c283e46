# RUN: not mla-translate %s --kernel k --signature "*u8" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Records are decoded to floats that hold them."""

import mla
import mla.language as ml


@mla.kernel
def k(cache: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 656]):
    raw = ml.gather.rows(cache, ml.arange(0, 16))
    # CHECK: gather-decode-dtype.py:[[#@LINE+1]]:52: error: a record is decoded to bf16, fp16 or fp32, got fp64
    x = ml.gather.decode_record(raw, "fp8_ds_mla", dtype=ml.float64)
