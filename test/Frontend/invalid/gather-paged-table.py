# RUN: not mla-translate %s --kernel k --signature "*bf16, *i64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A table lists int32."""

import mla
import mla.language as ml


@mla.kernel
def k(kv: ml.tensor[ml.bf16, 'P', 'S', 64], table: ml.tensor[ml.int64, 'B', 'M']):
    # CHECK: gather-paged-table.py:[[#@LINE+1]]:34: error: paged_rows expects a table of int32, got the view 'table' of i64[B, M]
    x = ml.gather.paged_rows(kv, table, 0, ml.arange(0, 16), 5)
