# RUN: mla-translate %s --kernel k --signature "*bf16, *i8, i64" --emit source-tile | FileCheck %s
"""A constant takes the type of the other operand unless it is of a higher kind."""

import mla
import mla.language as ml

# CHECK-DAG: arith.mulf %{{.*}}, %{{.*}} : bf16
# CHECK-DAG: arith.addi %{{.*}}, %{{.*}} : i8
# CHECK-DAG: arith.addi %{{.*}}, %{{.*}} : i64
# CHECK: arith.sitofp %{{.*}} : i64 to f32
# CHECK: arith.mulf %{{.*}}, %{{.*}} fastmath<contract> : f32
@mla.kernel
def k(b, i, n):
    ml.store(b, ml.load(b) * 0.5)
    ml.store(i, ml.load(i) + 1)
    ml.store(i, (n + 1).to(ml.int8))
    ml.store(b, n * 0.5)
