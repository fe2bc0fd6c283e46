# RUN: mla-translate %s --kernel k --signature "*fp32, i32, i64, u32" --emit source-tile | FileCheck %s
"""Pointers take integer offsets on either side, keep their width, and widen unsigned ones."""

import mla
import mla.language as ml

# CHECK: tile.addptr %{{.*}}, %{{.*}} : !tile.ptr<f32>, i32
# CHECK: tile.addptr %{{.*}}, %{{.*}} : !tile.ptr<f32>, i64
# CHECK: %[[NEG:.*]] = arith.subi
# CHECK: tile.addptr %{{.*}}, %[[NEG]] : !tile.ptr<f32>, i32
# CHECK: %[[WIDE:.*]] = arith.extui %{{.*}} : i32 to i64
# CHECK: tile.addptr %{{.*}}, %[[WIDE]] : !tile.ptr<f32>, i64
# CHECK: tile.addptr %{{.*}}, %{{.*}} : tensor<8x!tile.ptr<f32>>, tensor<8xi32>
@mla.kernel
def k(p, n, w, u):
    a = p + n
    b = w + p
    c = p - n
    d = p + u
    p += ml.arange(0, 8)
    ml.static_assert(p.dtype.element_ty == ml.float32 and p.shape[0] == 8)
