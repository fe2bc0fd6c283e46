# RUN: mla-translate %s --kernel k --signature "*bf16, i32" --emit source-tile | FileCheck %s
"""where takes the common type of its sides; constants adapt."""

import mla
import mla.language as ml

# CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<8xi1>, tensor<8xbf16>
# CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<8xi1>, tensor<8xi32>
@mla.kernel
def k(p, n):
    i = ml.arange(0, 8)
    x = ml.load(p + i)
    ml.store(p + i, ml.where(i < n, x, 0.0))
    y = ml.where(i < n, 1, 2)
