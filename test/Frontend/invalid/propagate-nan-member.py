# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""PropagateNan has two members."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: propagate-nan-member.py:[[#@LINE+1]]:25: error: PropagateNan has NONE and ALL, no 'SOME'
    x = ml.PropagateNan.SOME
