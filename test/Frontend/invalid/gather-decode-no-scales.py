# RUN: not mla-translate %s --kernel k --signature "*u8" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Scales in the record are none."""

import mla
import mla.language as ml


@mla.kernel
def k(cache: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 656]):
    raw = ml.gather.rows(cache, ml.arange(0, 16))
    # CHECK: gather-decode-no-scales.py:[[#@LINE+1]]:52: error: the format fp8_ds_mla has no scales outside its records: expected none as 'scales', got the constant 1.0
    x = ml.gather.decode_record(raw, "fp8_ds_mla", 1.0)
