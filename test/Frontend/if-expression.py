# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""An if-expression with a run-time condition evaluates one side."""

import mla
import mla.language as ml

# CHECK: %[[R:.*]] = scf.if %{{.*}} -> (f32) {
# CHECK:   tile.load
# CHECK: } else {
# CHECK:   arith.constant 0.0
# CHECK: tile.store %{{.*}}, %[[R]]
@mla.kernel
def k(p, n):
    ml.store(p, ml.load(p) if n > 0 else 0.0)
