# RUN: mla-translate %s --kernel k --signature ", , None" --emit source-tile | FileCheck %s
"""Views and slices are passed to helpers, kept in variables and used in loops."""

import mla
import mla.language as ml


@mla.jit
def row(view, i):
    ml.static_assert(view.dtype == ml.float32)
    return ml.load(view[i, 0:16])


# CHECK-LABEL: func.func @k(
# CHECK-SAME: %{{[^:]*}}: !tile.ptr<f32>, %[[M:[^:]*]]: i64,
# CHECK: %[[A:.*]] = tile.view
# CHECK: %[[B:.*]] = tile.view
# CHECK: scf.for %[[I:[a-z0-9]+]] = %{{.*}} to %[[M]] step
# CHECK: tile.load_view %[[A]][%[[I]], %{{.*}}] dims [1]
# CHECK: tile.load_view %[[B]][%[[I]], %{{.*}}] dims [1]
# CHECK: tile.store_view %{{.*}}, %[[B]][%{{.*}}, %{{.*}}] dims [1]
@mla.kernel
def k(a: ml.tensor[ml.f32, 'M', 'N'], b: ml.tensor[ml.f32, 'M', 'N'], unused):
    views = (a, b)
    target = b[0, 0:16]
    for i in range(a.shape[0]):
        total = row(a, i) + row(views[1], i)
        if unused is None:
            ml.store(target, total)
        else:
            ml.store(a[i, 0:16], total)
