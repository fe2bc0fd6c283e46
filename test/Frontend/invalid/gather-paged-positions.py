# RUN: not mla-translate %s --kernel k --signature "*bf16, *i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Positions are int32."""

import mla
import mla.language as ml


@mla.kernel
def k(kv: ml.tensor[ml.bf16, 'P', 'S', 64], table: ml.tensor[ml.int32, 'B', 'M']):
    # CHECK: gather-paged-positions.py:[[#@LINE+1]]:61: error: paged_rows expects a 1-D tile of int32 as 'positions', got i64[16]
    x = ml.gather.paged_rows(kv, table, 0, ml.arange(0, 16).to(ml.int64), 5)
