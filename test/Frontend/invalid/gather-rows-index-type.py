# RUN: not mla-translate %s --kernel k --signature "*bf16, *i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Unsigned indices have no negative numbers."""

import mla
import mla.language as ml


@mla.kernel
def k(kv: ml.tensor[ml.bf16, 'ROWS', 64], index: ml.tensor[ml.int32, 'N']):
    i = ml.load(index[0:16])
    # CHECK: gather-rows-index-type.py:[[#@LINE+1]]:30: error: rows expects a 1-D tile of int32 or int64 as 'index', got u32[16]
    x = ml.gather.rows(kv, i.to(ml.uint32))
