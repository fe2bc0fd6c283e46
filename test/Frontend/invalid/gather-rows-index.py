# RUN: not mla-translate %s --kernel k --signature "*bf16, *i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Indices are a row of integers."""

import mla
import mla.language as ml


@mla.kernel
def k(kv: ml.tensor[ml.bf16, 'ROWS', 64], index: ml.tensor[ml.int32, 'N']):
    # CHECK: gather-rows-index.py:[[#@LINE+1]]:28: error: rows expects a 1-D tile of int32 or int64 as 'index', got the constant 3
    x = ml.gather.rows(kv, 3)
