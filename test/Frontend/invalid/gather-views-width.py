# RUN: not mla-translate %s --kernel k --signature "*u8" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The last extent is that of a record and its scales."""

import mla
import mla.language as ml


@mla.kernel
def k(cache: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 576]):
    # CHECK: gather-views-width.py:[[#@LINE+1]]:31: error: a record of the format fp8_dsv4 takes 584 bytes of a cache, got the view 'cache' of u8[PAGES, PAGE, 576]
    x = ml.gather.field_views(cache, "fp8_dsv4")
