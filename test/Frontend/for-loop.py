# RUN: mla-translate %s --kernel k --signature "*fp32, i32, i64" --emit source-tile | FileCheck %s
"""A loop carries the variables that it changes; the bounds decide the type of its variable."""

import mla
import mla.language as ml

# CHECK: %[[ACC:.*]] = scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[IN:.*]] = %{{.*}}) -> (f32) {{.*}}: i32 {
# CHECK:   %[[F:.*]] = arith.sitofp %[[I]]
# CHECK:   %[[OUT:.*]] = arith.addf %[[IN]], %[[F]]
# CHECK:   scf.yield %[[OUT]] : f32
# CHECK: tile.store %{{.*}}, %[[ACC]]
# CHECK: scf.for {{.*}} : i64 {
@mla.kernel
def k(p, n, w):
    acc = 0.0
    for i in range(n):
        acc += i
    ml.store(p, acc)
    for j in ml.range(2, w, 3):
        ml.store(p + j, 0.0)
