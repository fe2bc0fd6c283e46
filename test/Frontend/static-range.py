# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""static_range unrolls and its variable is a constant."""

import mla
import mla.language as ml

# CHECK-NOT: scf.for
# CHECK: tile.range 0 to 1 :
# CHECK: tile.range 0 to 3 :
# CHECK-NOT: tile.range
@mla.kernel
def k(p):
    for i in ml.static_range(1, 5, 2):
        SIZE: ml.constexpr = i
        ml.store(p + ml.arange(0, SIZE), 0.0)
    for i in ml.static_range(3, -1, -2):
        ml.static_assert(i == 3 or i == 1)
    for i in ml.static_range(0):
        undefined()
