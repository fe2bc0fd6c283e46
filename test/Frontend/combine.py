# RUN: mla-translate %s --kernel k --signature "*fp32, *i32" --emit source-tile | FileCheck %s
"""Reductions and scans by functions of the file, of one tile and of several."""

import mla
import mla.language as ml


@mla.jit
def linear(a1, b1, a2, b2):
    return a1 * a2, b1 * a2 + b2


@mla.jit
def longer(a, b):
    if a > b:
        return a
    return b


@mla.kernel
def k(x, y):
    offs = ml.arange(0, 64)
    v = ml.load(x + offs)
    # CHECK: %[[S:.*]]:2 = tile.scan %[[V:.*]], %[[V]] {axis = 0 : i32} : tensor<64xf32>, tensor<64xf32> -> tensor<64xf32>, tensor<64xf32> {
    # CHECK-NEXT: ^bb0(%[[A1:.*]]: f32, %[[B1:.*]]: f32, %[[A2:.*]]: f32, %[[B2:.*]]: f32):
    # CHECK-NEXT:   %[[A:.*]] = arith.mulf %[[A1]], %[[A2]]
    # CHECK-NEXT:   %[[P:.*]] = arith.mulf %[[B1]], %[[A2]]
    # CHECK-NEXT:   %[[B:.*]] = arith.addf %[[P]], %[[B2]]
    # CHECK-NEXT:   tile.yield %[[A]], %[[B]] : f32, f32
    a, b = ml.associative_scan((v, v), 0, linear)
    # CHECK: tile.scan %[[S]]#1 {axis = 0 : i32, reverse}
    # CHECK: arith.maxnumf
    b = b.associative_scan(axis=-1, combine_fn=ml.maximum, reverse=True)
    ml.store(x + offs, a + b)
    # CHECK: %[[R:.*]] = tile.generic_reduce %{{.*}} {axis = 0 : i32} : tensor<64xf32> -> f32 {
    # CHECK: %[[C:.*]] = arith.cmpf ogt
    # CHECK: scf.if %[[C]] -> (f32) {
    # CHECK: tile.yield
    ml.store(x, ml.reduce(v, 0, longer))
    # Rows first, then their results, for all elements; keep_dims.
    # CHECK: tile.generic_reduce %{{.*}} {axis = 1 : i32} : tensor<8x8xf32> -> tensor<8xf32> {
    # CHECK: tile.generic_reduce %{{.*}} {axis = 0 : i32} : tensor<8xf32> -> f32 {
    # CHECK: tile.splat %{{.*}} : f32 -> tensor<1x1xf32>
    ml.static_assert(ml.reduce(v.reshape(8, 8), None, longer, keep_dims=True).shape == (1, 1))
    # CHECK: tile.expand_dims %{{.*}} {axis = 1 : i32} : tensor<8xf32> -> tensor<8x1xf32>
    ml.static_assert(v.reshape(8, 8).reduce(1, longer, True).shape == (8, 1))
    # CHECK: tile.generic_reduce %{{.*}}, %{{.*}} {axis = 0 : i32, commutative} : tensor<64xf32>, tensor<64xi32> -> f32, i32 {
    value, index = ml.max(v, 0, return_indices=True)
    # CHECK: tile.store %{{.*}}, %{{.*}} : !tile.ptr<i32>
    ml.store(y + 64, index)
    # CHECK: tile.generic_reduce %{{.*}} {axis = 0 : i32, commutative}
    # CHECK: arith.cmpf olt
    # CHECK-NOT: arith.andi
    # CHECK: tile.yield
    ml.store(y + 65, v.argmin(0, tie_break_left=False))
    # CHECK: tile.reduce xor
    ml.store(y + 66, ml.xor_sum(offs))
    # CHECK: tile.reduce or %{{.*}} : tensor<64xi1> -> i1
    ml.store(y + 67, (v > 0.0).reduce_or(0))
    # CHECK: tile.scan %{{.*}} {axis = 0 : i32} : tensor<64xi32>
    # CHECK: arith.addi
    ml.store(y + offs, offs.to(ml.int8).cumsum(0))
    # CHECK: tile.scan %{{.*}} {axis = 0 : i32, reverse} : tensor<64xf32>
    # CHECK: arith.mulf
    ml.store(x + offs, v.to(ml.bfloat16).cumprod(reverse=True))
    # CHECK: tile.reduce max
    # CHECK: math.exp
    # CHECK: tile.reduce sum
    # CHECK: arith.divf
    ml.store(x + offs, ml.softmax(v))
    # CHECK: math.exp
    # CHECK: arith.divf
    ml.store(x + offs, v.sigmoid())
