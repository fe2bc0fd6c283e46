# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""A helper's variables are its own; a loop variable and its body's variables stay inside the loop."""

import mla
import mla.language as ml

# CHECK: %[[ONE:.*]] = arith.constant 1.0
# CHECK: tile.store %{{.*}}, %[[ONE]]
@mla.jit
def helper():
    x = 2.0
    return


@mla.kernel
def k(p, n):
    x = 1.0
    helper()
    for i in range(n):
        t = 0
    for i in range(n):
        t = 0.0
    ml.store(p, x)
