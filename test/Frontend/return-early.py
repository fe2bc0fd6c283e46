# RUN: mla-translate %s --kernel k --signature "*fp32, True" --emit source-tile | FileCheck %s
"""return ends a kernel under a compile-time condition."""

import mla
import mla.language as ml

# CHECK: tile.store
# CHECK-NOT: tile.store
# CHECK: return
@mla.kernel
def k(p, STOP: ml.constexpr):
    ml.store(p, 1.0)
    if STOP:
        return
    ml.store(p, undefined)
