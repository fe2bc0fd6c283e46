# RUN: not mla-translate %s --kernel k --signature "*u8" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Formats are in the table."""

import mla
import mla.language as ml


@mla.kernel
def k(cache: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 656]):
    # CHECK: gather-format.py:[[#@LINE+1]]:39: error: there is no record format 'fp8'; expected one of fp8_ds_mla, fp8_dsv4,
    x = ml.gather.record_views(cache, "fp8")
