# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""Tuples and pointers are carried through loops."""

import mla
import mla.language as ml

# CHECK: %[[R:.*]]:3 = scf.for {{.*}} -> (f32, f32, !tile.ptr<f32>)
# CHECK: arith.addf %[[R]]#0, %[[R]]#1
@mla.kernel
def k(p, n):
    pair = (0.0, 1.0)
    for i in range(0, n):
        pair = (pair[1], pair[0] + ml.load(p))
        p += 4
    ml.store(p, pair[0] + pair[1])
