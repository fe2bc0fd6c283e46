# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""A negative constant step counts up and mirrors the variable."""

import mla
import mla.language as ml

# CHECK: %[[ZERO:.*]] = arith.constant 0 : i32
# CHECK: %[[STEP:.*]] = arith.constant 3 : i32
# CHECK: scf.for %[[I:.*]] = %[[ZERO]] to %[[N:.*]] step %[[STEP]] {{.*}}: i32
# CHECK: %[[D:.*]] = arith.subi %[[N]], %[[I]]
# CHECK: %[[V:.*]] = arith.addi %[[D]], %[[ZERO]]
# CHECK: tile.addptr %{{.*}}, %[[V]]
@mla.kernel
def k(p, n):
    for i in range(n, 0, -3):
        ml.store(p + i, 0.0)
