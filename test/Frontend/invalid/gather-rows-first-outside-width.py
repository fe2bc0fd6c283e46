# RUN: not mla-translate %s --kernel k --signature "*bf16, *i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""The first column lies inside the view, whatever the width."""

import mla
import mla.language as ml


@mla.kernel
def k(kv: ml.tensor[ml.bf16, 'ROWS', 64], index: ml.tensor[ml.int32, 'N']):
    i = ml.load(index[0:16])
    # CHECK: gather-rows-first-outside-width.py:[[#@LINE+1]]:31: error: expected 'first' to be a column of 'kv' ([ROWS, 64]), at most 63, got 64
    x = ml.gather.rows(kv, i, first=64, width=16)
