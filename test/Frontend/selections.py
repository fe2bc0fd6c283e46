# RUN: mla-translate %s --kernel k --signature "*fp32, *i8" --emit source-tile | FileCheck %s
"""gather, flip, histogram, sort and topk, as functions and methods."""

import mla
import mla.language as ml


# CHECK-LABEL: func.func @k
@mla.kernel
def k(p, q):
    x = ml.load(p + ml.arange(0, 4)[:, None] * 8 + ml.arange(0, 8)[None, :])
    i = ml.load(q + ml.arange(0, 4)[:, None] * 3 + ml.arange(0, 3)[None, :])
    # CHECK: %[[I:.*]] = arith.extsi {{.*}} : tensor<4x3xi8> to tensor<4x3xi32>
    # CHECK: tile.gather %[[X:.*]][%[[I]]] {axis = 1 : i32} : tensor<4x8xf32>, tensor<4x3xi32> -> tensor<4x3xf32>
    ml.static_assert(x.gather(i, -1).shape == (4, 3))
    # CHECK: tile.gather %[[X]][%{{.*}}] {axis = 0 : i32} : tensor<4x8xf32>, tensor<1x8xi64> -> tensor<1x8xf32>
    ml.gather(x, ml.zeros((1, 8), ml.int64), 0)
    # CHECK: %[[LAST:.*]] = arith.constant dense<7> : tensor<8xi32>
    # CHECK: arith.subi %[[LAST]], %{{.*}} : tensor<8xi32>
    # CHECK: tile.gather %[[X]][%{{.*}}] {axis = 1 : i32} : tensor<4x8xf32>, tensor<4x8xi32> -> tensor<4x8xf32>
    ml.flip(x)
    # CHECK: tile.gather %[[X]][%{{.*}}] {axis = 0 : i32}
    x.flip(0)
    # CHECK: tile.histogram %{{.*}} : tensor<12xi32> -> tensor<5xi32>
    ml.histogram(i.ravel(), 5)
    # CHECK: tile.histogram %{{.*}}, mask %{{.*}} : tensor<12xi32> -> tensor<5xi32>
    i.ravel().histogram(5, mask=i.ravel() > 2)
    # CHECK: tile.sort %[[X]] {axis = 1 : i32} : tensor<4x8xf32>
    x.sort()
    # CHECK: tile.sort %[[X]] {axis = 0 : i32, descending} : tensor<4x8xf32>
    ml.sort(x, dim=0, descending=True)
    # CHECK: tile.sort %{{.*}} {axis = 0 : i32, is_unsigned} : tensor<8xi8>
    ml.sort(ml.zeros((8,), ml.uint8))
    # CHECK: %[[S:.*]] = tile.sort %[[X]] {axis = 1 : i32, descending} : tensor<4x8xf32>
    # CHECK: tile.slice %[[S]] [0, 0] : tensor<4x8xf32> -> tensor<4x3xf32>
    ml.static_assert(ml.topk(x, 3).shape == (4, 3))
    # CHECK: tile.sort %[[X]] {axis = 0 : i32, descending}
    # CHECK-NOT: tile.slice
    x.topk(4, 0)
