# RUN: not mla-translate %s --kernel k --signature "*bf16, *i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Columns lie inside the view."""

import mla
import mla.language as ml


@mla.kernel
def k(kv: ml.tensor[ml.bf16, 'ROWS', 64], index: ml.tensor[ml.int32, 'N']):
    i = ml.load(index[0:16])
    # CHECK: gather-rows-columns.py:[[#@LINE+1]]:41: error: expected columns inside 'kv' ([ROWS, 64]), got 32 to 80
    x = ml.gather.rows(kv, i, first=32, width=48)
