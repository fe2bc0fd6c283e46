# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""Without else and results there is no else region; integers are compared with zero."""

import mla
import mla.language as ml

# CHECK: %[[C:.*]] = arith.cmpi ne, %{{.*}}, %{{.*}} : i32
# CHECK: scf.if %[[C]] {
# CHECK-NEXT: arith.constant
# CHECK-NEXT: tile.store
# CHECK-NEXT: }
# CHECK-NOT: else
@mla.kernel
def k(p, n):
    if n:
        ml.store(p, 1.0)
