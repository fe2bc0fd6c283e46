# RUN: mla-translate %s --kernel k --signature "i32" --emit source-tile | FileCheck %s
"""cdiv folds constants and computes (x + d - 1) // d otherwise."""

import mla
import mla.language as ml

# CHECK: %[[A:.*]] = arith.addi
# CHECK: %[[B:.*]] = arith.subi %[[A]]
# CHECK: arith.divsi %[[B]]
@mla.kernel
def k(n):
    ml.static_assert(ml.cdiv(17, 8) == 3)
    x = ml.cdiv(n, 8)
