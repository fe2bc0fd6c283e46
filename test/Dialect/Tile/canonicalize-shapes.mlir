// RUN: mla-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: func @two_permutations_are_one
// CHECK-SAME: (%[[T:.*]]: tensor<4x8x2xf32>)
func.func @two_permutations_are_one(%t: tensor<4x8x2xf32>)
    -> (tensor<4x8x2xf32>, tensor<2x8x4xf32>, tensor<8x2x4xf32>) {
  // CHECK-DAG: %[[R:.*]] = tile.trans %[[T]] : tensor<4x8x2xf32> -> tensor<2x8x4xf32>
  // CHECK-DAG: %[[S:.*]] = tile.trans %[[T]] {order = array<i32: 1, 2, 0>} : tensor<4x8x2xf32> -> tensor<8x2x4xf32>
  // CHECK: return %[[T]], %[[R]], %[[S]]
  %0 = tile.trans %t {order = array<i32: 2, 0, 1>} : tensor<4x8x2xf32> -> tensor<2x4x8xf32>
  %1 = tile.trans %0 {order = array<i32: 1, 2, 0>} : tensor<2x4x8xf32> -> tensor<4x8x2xf32>
  %2 = tile.trans %0 {order = array<i32: 0, 2, 1>} : tensor<2x4x8xf32> -> tensor<2x8x4xf32>
  %3 = tile.trans %0 {order = array<i32: 2, 0, 1>} : tensor<2x4x8xf32> -> tensor<8x2x4xf32>
  return %1, %2, %3 : tensor<4x8x2xf32>, tensor<2x8x4xf32>, tensor<8x2x4xf32>
}

// CHECK-LABEL: func @two_reshapes_are_one
// CHECK-SAME: (%[[T:.*]]: tensor<4x8xf32>)
func.func @two_reshapes_are_one(%t: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<2x16xf32>) {
  // CHECK: %[[R:.*]] = tile.reshape %[[T]] : tensor<4x8xf32> -> tensor<2x16xf32>
  // CHECK: return %[[T]], %[[R]]
  %0 = tile.reshape %t : tensor<4x8xf32> -> tensor<32xf32>
  %1 = tile.reshape %0 : tensor<32xf32> -> tensor<4x8xf32>
  %2 = tile.reshape %0 : tensor<32xf32> -> tensor<2x16xf32>
  return %1, %2 : tensor<4x8xf32>, tensor<2x16xf32>
}

// What lies outside `from` and `to` is not the same in the end.
// CHECK-LABEL: func @padded_reshapes_stay
func.func @padded_reshapes_stay(%t: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // CHECK-COUNT-2: tile.reshape
  %0 = tile.reshape %t {from = array<i64: 3, 4>, to = array<i64: 12>} : tensor<4x4xf32> -> tensor<16xf32>
  %1 = tile.reshape %0 {from = array<i64: 12>, to = array<i64: 3, 4>} : tensor<16xf32> -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}

// CHECK-LABEL: func @splitting_a_pair_gives_its_halves
// CHECK-SAME: (%[[A:.*]]: tensor<4xf32>, %[[B:.*]]: tensor<4xf32>)
func.func @splitting_a_pair_gives_its_halves(%a: tensor<4xf32>, %b: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: return %[[A]], %[[B]]
  %0 = tile.join %a, %b : tensor<4xf32> -> tensor<4x2xf32>
  %1, %2 = tile.split %0 : tensor<4x2xf32> -> tensor<4xf32>
  return %1, %2 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func @constants_in_any_shape
func.func @constants_in_any_shape(%x: f32) -> (tensor<32xf32>, f32, f32) {
  // CHECK-DAG: %[[ONES:.*]] = arith.constant dense<1.000000e+00> : tensor<32xf32>
  // CHECK-DAG: %[[TWO:.*]] = arith.constant 2.000000e+00 : f32
  // CHECK: return %[[ONES]], %[[TWO]], %{{.*}} :
  %ones = arith.constant dense<1.0> : tensor<4x8xf32>
  %0 = tile.reshape %ones : tensor<4x8xf32> -> tensor<32xf32>
  %two = arith.constant dense<2.0> : tensor<1x1xf32>
  %1 = tile.unsplat %two : tensor<1x1xf32> -> f32
  %2 = tile.splat %x : f32 -> tensor<1xf32>
  %3 = tile.unsplat %2 : tensor<1xf32> -> f32
  return %0, %1, %3 : tensor<32xf32>, f32, f32
}
