# RUN: mla-translate %s --kernel k --signature "*fp32, i32, u32" --emit source-tile | FileCheck %s
"""Integer // and % truncate by sign; / of integers gives fp32."""

import mla
import mla.language as ml

# CHECK: arith.divsi
# CHECK: arith.remsi
# CHECK: arith.divui
# CHECK: arith.remui
# CHECK: %[[A:.*]] = arith.sitofp
# CHECK: %[[B:.*]] = arith.sitofp
# CHECK: arith.divf %[[A]], %[[B]] fastmath<contract,afn> : f32
@mla.kernel
def k(p, n, u):
    ml.store(p, n // 3)
    ml.store(p, n % 3)
    ml.store(p, u // 3)
    ml.store(p, u % 3)
    ml.store(p, n / 3)
