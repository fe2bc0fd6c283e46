# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""A loop's label is its name in recipes; a helper's loop has its own."""

import mla
import mla.language as ml


@mla.jit
def add(p, n):
    for j in ml.range(n, label="columns"):
        ml.store(p + j, 1.0)


# CHECK: scf.for
# CHECK:   scf.for
# CHECK:   } {tile.label = "columns"}
# CHECK: } {tile.label = "rows"}
# CHECK: scf.for
# CHECK-NOT: tile.label
# CHECK: return
@mla.kernel
def k(p, n):
    for i in ml.range(0, n, 2, label="rows"):
        add(p, n)
    for i in ml.range(0, n, label=""):
        ml.store(p + i, 0.0)
