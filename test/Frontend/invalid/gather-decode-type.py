# RUN: not mla-translate %s --kernel k --signature "*u8" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A record is bytes."""

import mla
import mla.language as ml


@mla.kernel
def k(cache: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 656]):
    raw = ml.gather.rows(cache, ml.arange(0, 16))
    # CHECK: gather-decode-type.py:[[#@LINE+1]]:37: error: decode_record expects a 2-D tile of bytes as 'record', got fp32[16, 656]
    x = ml.gather.decode_record(raw.to(ml.float32), "fp8_ds_mla")
