// RUN: mla-opt --canonicalize --split-input-file %s | FileCheck %s

// CHECK-LABEL: func @constant_scalars_spread_to_constants
func.func @constant_scalars_spread_to_constants() -> (tensor<4x8xf32>, tensor<4xi32>) {
  // CHECK-DAG: %[[F:.*]] = arith.constant dense<1.000000e+00> : tensor<4x8xf32>
  // CHECK-DAG: %[[I:.*]] = arith.constant dense<7> : tensor<4xi32>
  // CHECK: return %[[F]], %[[I]]
  %one = arith.constant 1.0 : f32
  %seven = arith.constant 7 : i32
  %row = tile.splat %one : f32 -> tensor<8xf32>
  %rows = tile.expand_dims %row {axis = 0 : i32} : tensor<8xf32> -> tensor<1x8xf32>
  %f = tile.broadcast %rows : tensor<1x8xf32> -> tensor<4x8xf32>
  %i = tile.splat %seven : i32 -> tensor<4xi32>
  return %f, %i : tensor<4x8xf32>, tensor<4xi32>
}

// -----

// CHECK-LABEL: func @repeating_nothing_is_the_source
// CHECK-SAME: (%[[T:.*]]: tensor<4x8xf32>)
func.func @repeating_nothing_is_the_source(%t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK-NEXT: return %[[T]]
  %r = tile.broadcast %t : tensor<4x8xf32> -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

// CHECK-LABEL: func @the_last_of_several_pointer_types_counts
// CHECK-SAME: (%[[P:.*]]: !tile.ptr<f32>)
func.func @the_last_of_several_pointer_types_counts(%p: !tile.ptr<f32>) -> (!tile.ptr<f32>, !tile.ptr<bf16>) {
  // CHECK-NEXT: %[[C:.*]] = tile.ptr_cast %[[P]] : !tile.ptr<f32> -> !tile.ptr<bf16>
  // CHECK-NEXT: return %[[P]], %[[C]]
  %a = tile.ptr_cast %p : !tile.ptr<f32> -> !tile.ptr<i8>
  %b = tile.ptr_cast %a : !tile.ptr<i8> -> !tile.ptr<f32>
  %c = tile.ptr_cast %a : !tile.ptr<i8> -> !tile.ptr<bf16>
  return %b, %c : !tile.ptr<f32>, !tile.ptr<bf16>
}

// -----

// CHECK-LABEL: func @sums_become_accumulators
// CHECK-SAME: (%[[A:.*]]: tensor<16x16xbf16>, %[[C:.*]]: tensor<16x16xf32>)
func.func @sums_become_accumulators(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>) -> (tensor<16x16xf32>, tensor<16x16xf32>) {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  // CHECK-NEXT: %[[D:.*]] = tile.dot %[[A]], %[[A]], %[[C]] {label = "qk"}
  %p = tile.dot %a, %a, %zero {label = "qk"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %d = arith.addf %p, %c : tensor<16x16xf32>
  // CHECK-NEXT: %[[E:.*]] = tile.dot %[[A]], %[[A]], %[[C]]
  %q = tile.dot %a, %a, %zero : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %e = arith.addf %c, %q : tensor<16x16xf32>
  // CHECK-NEXT: return %[[D]], %[[E]]
  return %d, %e : tensor<16x16xf32>, tensor<16x16xf32>
}

// -----

// A product that is also used without the sum is not computed twice.
// CHECK-LABEL: func @shared_products_stay
func.func @shared_products_stay(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>) -> (tensor<16x16xf32>, tensor<16x16xf32>) {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  // CHECK: tile.dot
  // CHECK-NOT: tile.dot
  // CHECK: arith.addf
  %p = tile.dot %a, %a, %zero : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %d = arith.addf %p, %c : tensor<16x16xf32>
  return %p, %d : tensor<16x16xf32>, tensor<16x16xf32>
}

// -----

// CHECK-LABEL: func @transposing_twice_is_the_source
// CHECK-SAME: (%[[T:.*]]: tensor<4x8xf32>)
func.func @transposing_twice_is_the_source(%t: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<8x4xf32>) {
  // CHECK-NEXT: %[[C:.*]] = arith.constant dense<1.000000e+00> : tensor<8x4xf32>
  // CHECK-NEXT: return %[[T]], %[[C]]
  %0 = tile.trans %t : tensor<4x8xf32> -> tensor<8x4xf32>
  %1 = tile.trans %0 : tensor<8x4xf32> -> tensor<4x8xf32>
  %ones = arith.constant dense<1.0> : tensor<4x8xf32>
  %2 = tile.trans %ones : tensor<4x8xf32> -> tensor<8x4xf32>
  return %1, %2 : tensor<4x8xf32>, tensor<8x4xf32>
}

// -----

// CHECK-LABEL: func @parts_of_parts
// CHECK-SAME: (%[[T:.*]]: tensor<16x8xf32>)
func.func @parts_of_parts(%t: tensor<16x8xf32>) -> (tensor<4x2xf32>, tensor<16x8xf32>, tensor<4x8xi32>) {
  // CHECK-DAG: %[[C:.*]] = arith.constant dense<7> : tensor<4x8xi32>
  // CHECK-DAG: %[[S:.*]] = tile.slice %[[T]] [8, 5] : tensor<16x8xf32> -> tensor<4x2xf32>
  // CHECK: return %[[S]], %[[T]], %[[C]]
  %0 = tile.slice %t [4, 2] : tensor<16x8xf32> -> tensor<8x6xf32>
  %1 = tile.slice %0 [4, 3] : tensor<8x6xf32> -> tensor<4x2xf32>
  %2 = tile.slice %t [0, 0] : tensor<16x8xf32> -> tensor<16x8xf32>
  %sevens = arith.constant dense<7> : tensor<16x8xi32>
  %3 = tile.slice %sevens [12, 0] : tensor<16x8xi32> -> tensor<4x8xi32>
  return %1, %2, %3 : tensor<4x2xf32>, tensor<16x8xf32>, tensor<4x8xi32>
}

// -----

// A region that is one known operation of both groups, in any order.
// CHECK-LABEL: func @known_reductions
// CHECK-SAME: (%[[F:.*]]: tensor<4x8xf32>, %[[I:.*]]: tensor<8xi32>)
func.func @known_reductions(%f: tensor<4x8xf32>, %i: tensor<8xi32>) -> (tensor<4xf32>, i32) {
  // CHECK: tile.reduce sum %[[F]] {axis = 1 : i32} : tensor<4x8xf32> -> tensor<4xf32>
  %0 = tile.generic_reduce %f {axis = 1 : i32} : tensor<4x8xf32> -> tensor<4xf32> {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %b, %a : f32
    tile.yield %s : f32
  }
  // CHECK: tile.reduce max %[[I]] {axis = 0 : i32, is_unsigned} : tensor<8xi32> -> i32
  %1 = tile.generic_reduce %i {axis = 0 : i32} : tensor<8xi32> -> i32 {
  ^bb0(%a: i32, %b: i32):
    %s = arith.maxui %a, %b : i32
    tile.yield %s : i32
  }
  return %0, %1 : tensor<4xf32>, i32
}

// -----

// Sums of halves round at each step; differences and squares are no known reductions.
// CHECK-LABEL: func @other_reductions
// CHECK-COUNT-3: tile.generic_reduce
func.func @other_reductions(%h: tensor<8xf16>, %i: tensor<8xi32>) -> (f16, i32, i32) {
  %0 = tile.generic_reduce %h {axis = 0 : i32} : tensor<8xf16> -> f16 {
  ^bb0(%a: f16, %b: f16):
    %s = arith.addf %a, %b : f16
    tile.yield %s : f16
  }
  %1 = tile.generic_reduce %i {axis = 0 : i32} : tensor<8xi32> -> i32 {
  ^bb0(%a: i32, %b: i32):
    %s = arith.subi %a, %b : i32
    tile.yield %s : i32
  }
  %2 = tile.generic_reduce %i {axis = 0 : i32} : tensor<8xi32> -> i32 {
  ^bb0(%a: i32, %b: i32):
    %s = arith.addi %b, %b : i32
    tile.yield %s : i32
  }
  return %0, %1, %2 : f16, i32, i32
}
