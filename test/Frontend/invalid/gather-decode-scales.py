# RUN: not mla-translate %s --kernel k --signature "*u8" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Scales behind the page are an argument."""

import mla
import mla.language as ml


@mla.kernel
def k(cache: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 576]):
    raw = ml.gather.rows(cache, ml.arange(0, 16))
    # CHECK: gather-decode-scales.py:[[#@LINE+1]]:19: error: decode_record expects scales u8[16, 8] as 'scales' for the format fp8_dsv4, got None
    x = ml.gather.decode_record(raw, "fp8_dsv4")
