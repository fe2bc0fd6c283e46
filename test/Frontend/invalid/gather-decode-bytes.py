# RUN: not mla-translate %s --kernel k --signature "*u8" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A record has so many bytes."""

import mla
import mla.language as ml


@mla.kernel
def k(cache: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 584]):
    raw = ml.gather.rows(cache, ml.arange(0, 16))
    # CHECK: gather-decode-bytes.py:[[#@LINE+1]]:33: error: a record of the format fp8_ds_mla has 656 bytes, got u8[16, 584]
    x = ml.gather.decode_record(raw, "fp8_ds_mla")
