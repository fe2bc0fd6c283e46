# RUN: not mla-translate %s --kernel k --signature "*bf16" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A cache of records is bytes."""

import mla
import mla.language as ml


@mla.kernel
def k(cache: ml.tensor[ml.bf16, 'PAGES', 'PAGE', 656]):
    # CHECK: gather-views-bytes.py:[[#@LINE+1]]:32: error: record_views expects a view of bytes as 'cache', got the view 'cache' of bf16[PAGES, PAGE, 656]
    x = ml.gather.record_views(cache, "fp8_ds_mla")
