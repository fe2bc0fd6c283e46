# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""A helper returns several values; a compile-time condition selects its return."""

import mla
import mla.language as ml

# CHECK: %[[X:.*]] = tile.load
# CHECK: %[[A:.*]] = arith.addf %[[X]]
# CHECK: %[[M:.*]] = arith.mulf %[[X]]
# CHECK: arith.subf %[[M]], %[[A]]
# CHECK-NOT: arith.divf
@mla.jit
def both(x, divide: ml.constexpr):
    if divide:
        return x / 2, x
    return x + 1, x * 2


@mla.kernel
def k(p):
    low, high = both(ml.load(p), False)
    ml.store(p, high - low)
