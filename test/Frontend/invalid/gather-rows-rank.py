# RUN: not mla-translate %s --kernel k --signature "*bf16, *i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A view of rows has columns."""

import mla
import mla.language as ml


@mla.kernel
def k(kv: ml.tensor[ml.bf16, 'ROWS', 64], index: ml.tensor[ml.int32, 'N']):
    # CHECK: gather-rows-rank.py:[[#@LINE+1]]:24: error: rows expects a view [ROWS, COLUMNS] or [PAGES, PAGE, COLUMNS] as 'view', got the view 'index' of i32[N]
    x = ml.gather.rows(index, ml.arange(0, 16))
