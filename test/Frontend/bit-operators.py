# RUN: mla-translate %s --kernel k --signature "*i32, i32" --emit source-tile | FileCheck %s
"""Bit operators, inversion and negation."""

import mla
import mla.language as ml

# CHECK-DAG: arith.andi
# CHECK-DAG: arith.ori
# CHECK-DAG: arith.xori
# CHECK-DAG: arith.shli
# CHECK: %[[ONES:.*]] = arith.constant -1 : i32
# CHECK: arith.xori %{{.*}}, %[[ONES]]
# CHECK: %[[ZERO:.*]] = arith.constant 0 : i32
# CHECK: arith.subi %[[ZERO]]
@mla.kernel
def k(p, n):
    ml.store(p, (n & 3) | (n << 4) ^ n)
    ml.store(p, ~n)
    ml.store(p, -n)
