# RUN: mla-translate %s --kernel k --signature "*u32, *fp32, i32" --emit source-tile | FileCheck %s
"""Atomics: defaults, masks, unsigned order, members."""

import mla
import mla.language as ml

# CHECK-LABEL: func.func @k(
# CHECK-SAME: %[[U:[^:]*]]: !tile.ptr<i32>, %[[F:[^:]*]]: !tile.ptr<f32>, %[[N:[^:]*]]: i32)
@mla.kernel
def k(u, f, n):
    offs = ml.arange(0, 8)
    # CHECK: %[[ONES:.*]] = tile.splat %{{.*}} : f32 -> tensor<8xf32>
    # CHECK: tile.atomic_rmw add acq_rel gpu %{{.*}}, %[[ONES]], mask %{{.*}} : tensor<8x!tile.ptr<f32>>
    ml.atomic_add(f + offs, 1, mask=offs < n)
    # CHECK: tile.atomic_rmw max relaxed cta %[[U]], %[[N]] {is_unsigned} : !tile.ptr<i32>
    old = ml.atomic_max(u, n, sem="relaxed", scope="cta")
    # CHECK: tile.atomic_rmw min release sys %[[F]], %{{.*}} : !tile.ptr<f32>
    f.atomic_min(1.5, sem="release", scope="sys")
    # CHECK: tile.atomic_rmw and acquire gpu %[[U]]
    # CHECK: tile.atomic_rmw or acq_rel gpu %[[U]]
    # CHECK: tile.atomic_rmw xor acq_rel gpu %[[U]]
    ml.atomic_and(u, 3, sem="acquire")
    ml.atomic_or(u, 3)
    ml.atomic_xor(u, 3)
    # CHECK: %[[BEFORE:.*]] = tile.atomic_rmw xchg acq_rel gpu %{{.*}}, %{{.*}} : tensor<8x!tile.ptr<f32>>
    before = ml.atomic_xchg(f + offs, 0.0)
    # CHECK: tile.atomic_cas acquire gpu %{{.*}}, %[[BEFORE]], %{{.*}} : tensor<8x!tile.ptr<f32>>
    (f + offs).atomic_cas(before, 1.0, sem="acquire")
    # CHECK: tile.atomic_rmw add relaxed gpu %{{.*}}, %{{.*}}, mask %{{.*}} : tensor<4x8x!tile.ptr<f32>>
    desc = ml.make_tensor_descriptor(f, [n, 64], [64, 1], [4, 8])
    desc.atomic_add([n, 0], ml.zeros((4, 8), ml.float32))
