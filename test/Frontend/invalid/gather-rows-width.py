# RUN: not mla-translate %s --kernel k --signature "*bf16, *i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Columns that are known at run time need a width."""

import mla
import mla.language as ml


@mla.kernel
def k(kv: ml.tensor[ml.bf16, 'ROWS', 'COLUMNS'], index: ml.tensor[ml.int32, 'N']):
    i = ml.load(index[0:16])
    # CHECK: gather-rows-width.py:[[#@LINE+1]]:19: error: the columns of 'kv' ([ROWS, COLUMNS]) are known at run time only: expected a 'width'
    x = ml.gather.rows(kv, i)
