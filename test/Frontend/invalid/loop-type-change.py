# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A carried variable keeps its type; the error shows both places."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: loop-type-change.py:[[#@LINE+5]]:9: error: 'acc' changes in the loop: it is i32 before the loop and fp32 after an iteration; its type must stay the same
    # CHECK: loop-type-change.py:[[#@LINE+1]]:5: note: the value before the loop is assigned here
    acc = 0
    for i in range(n):
        x = ml.load(p + i)
        acc += x
