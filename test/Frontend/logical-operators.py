# RUN: mla-translate %s --kernel k --signature "*i1, i32, i1" --emit source-tile | FileCheck %s
"""and, or, not combine int1 values; compile-time operands decide or drop out."""

import mla
import mla.language as ml

# CHECK: %[[A:.*]] = arith.cmpi sgt
# CHECK: arith.ori %[[A]], %{{.*}} : i1
# CHECK: arith.xori
# CHECK-NOT: arith.andi
@mla.kernel
def k(p, n, flag):
    both = n > 3 or flag
    inverse = not flag
    same = True and flag
    ml.static_assert(False or 5 == 5)
    ml.static_assert((0 and undefined) == 0)
