# RUN: not mla-translate %s --kernel k --signature "*bf16, *i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A misspelt built-in of ml.gather gets a suggestion."""

import mla
import mla.language as ml


@mla.kernel
def k(kv: ml.tensor[ml.bf16, 'ROWS', 64], index: ml.tensor[ml.int32, 'N']):
    i = ml.load(index[0:16])
    # CHECK: gather-unknown.py:[[#@LINE+1]]:19: error: the language has no 'gather.row'; did you mean 'rows'?
    x = ml.gather.row(kv, i)
