# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""A run-time condition becomes scf.if; changed variables are its results."""

import mla
import mla.language as ml

# CHECK: %[[R:.*]]:2 = scf.if %{{.*}} -> (f32, f32) {
# CHECK: } else {
# CHECK: }
# CHECK: arith.addf %[[R]]#
@mla.kernel
def k(p, n):
    x = 1.0
    if n > 2:
        x = 2.0
        y = 3.0
    else:
        y = x
    ml.store(p, x + y)
