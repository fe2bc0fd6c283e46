# RUN: mla-translate %s --kernel k --signature "*i32, i32" --emit source-tile | FileCheck %s
"""A while loop carries its variables through both regions."""

import mla
import mla.language as ml

# CHECK: %[[R:.*]] = scf.while (%[[A:.*]] = %{{.*}}) : (i32) -> i32 {
# CHECK:   %[[C:.*]] = arith.cmpi sgt, %[[A]]
# CHECK:   scf.condition(%[[C]]) %[[A]] : i32
# CHECK: } do {
# CHECK:   arith.divsi
# CHECK:   scf.yield
# CHECK: tile.store %{{.*}}, %[[R]]
@mla.kernel
def k(p, n):
    while n > 1:
        n = n // 2
    ml.store(p, n)
