# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Names of the module are known."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    s = ml.zeros((16, 32), ml.float32)
    # CHECK: indexer-unknown.py:[[#@LINE+1]]:20: error: the language has no 'indexer.topk_stop'; did you mean 'topk_step'?
    x = ml.indexer.topk_stop(s)
