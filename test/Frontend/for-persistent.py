# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""A run-time step is taken to be positive."""

import mla
import mla.language as ml

# CHECK: %[[STEP:.*]] = tile.num_programs 0
# CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %[[STEP]]
@mla.kernel
def k(p, n):
    for i in range(ml.program_id(0), n, ml.num_programs(0)):
        ml.store(p + i, 0.0)
