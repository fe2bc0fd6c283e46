# RUN: not mla-translate %s --kernel k --signature ", i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Views do not count from their end."""

import mla
import mla.language as ml


@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    # CHECK: view-negative-index.py:[[#@LINE+1]]:19: error: the index -1 is negative: views do not count from their end
    x = ml.load(a[-1, 0:BLOCK])
