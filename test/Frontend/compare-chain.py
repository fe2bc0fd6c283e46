# RUN: mla-translate %s --kernel k --signature "*i32, i32" --emit source-tile | FileCheck %s
"""a < b < c is both comparisons, with b evaluated once."""

import mla
import mla.language as ml

# CHECK: %[[B:.*]] = tile.load
# CHECK: %[[L:.*]] = arith.cmpi slt, %{{.*}}, %[[B]]
# CHECK-NOT: tile.load
# CHECK: %[[R:.*]] = arith.cmpi slt, %[[B]], %{{.*}}
# CHECK: arith.andi %[[L]], %[[R]]
@mla.kernel
def k(p, n):
    ml.store(p, 0 < ml.load(p) < n)
