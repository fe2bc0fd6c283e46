// RUN: mla-opt %s -split-input-file -verify-diagnostics

// trans C1
func.func @an_order_names_each_dimension_once(%t: tensor<4x8x2xf32>) {
  // expected-error @below {{expects an order of the dimensions 0 to 2, got [0, 0, 1]}}
  %0 = tile.trans %t {order = array<i32: 0, 0, 1>} : tensor<4x8x2xf32> -> tensor<4x4x8xf32>
  return
}

// -----

// trans C1
func.func @an_order_names_all_dimensions(%t: tensor<4x8x2xf32>) {
  // expected-error @below {{expects an order of the dimensions 0 to 2, got [0, 1]}}
  %0 = tile.trans %t {order = array<i32: 0, 1>} : tensor<4x8x2xf32> -> tensor<4x8xf32>
  return
}

// -----

// trans C1
func.func @something_moves(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects an order other than the identity, got [0, 1]}}
  %0 = tile.trans %t {order = array<i32: 0, 1>} : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

// trans C1
func.func @the_reversal_is_not_written(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects an order other than the reversal, which is written without it, got [1, 0]}}
  %0 = tile.trans %t {order = array<i32: 1, 0>} : tensor<4x8xf32> -> tensor<8x4xf32>
  return
}

// -----

// trans C2
func.func @a_permutation_keeps_the_rank(%t: tensor<4x8x2xf32>) {
  // expected-error @below {{expects a result of rank 3}}
  %0 = tile.trans %t {order = array<i32: 0, 2, 1>} : tensor<4x8x2xf32> -> tensor<4x16xf32>
  return
}

// -----

// trans C2
func.func @a_permutation_moves_the_extents(%t: tensor<4x8x2xf32>) {
  // expected-error @below {{expects result shape [4, 2, 8], got [4, 8, 2]}}
  %0 = tile.trans %t {order = array<i32: 0, 2, 1>} : tensor<4x8x2xf32> -> tensor<4x8x2xf32>
  return
}

// -----

// reshape C1
func.func @a_reshape_keeps_the_elements(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects as many elements as before, 32, got 16}}
  %0 = tile.reshape %t : tensor<4x8xf32> -> tensor<16xf32>
  return
}

// -----

// reshape C2
func.func @from_needs_to(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects `from` and `to` together}}
  %0 = tile.reshape %t {from = array<i64: 3, 8>} : tensor<4x8xf32> -> tensor<32xf32>
  return
}

// -----

// reshape C2
func.func @from_lies_inside_the_source(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects `from` inside [4, 8], got [5, 4]}}
  %0 = tile.reshape %t {from = array<i64: 5, 4>, to = array<i64: 20>} : tensor<4x8xf32> -> tensor<32xf32>
  return
}

// -----

// reshape C2
func.func @to_has_the_rank_of_the_result(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects `to` inside [32], got [4, 5]}}
  %0 = tile.reshape %t {from = array<i64: 4, 5>, to = array<i64: 4, 5>} : tensor<4x8xf32> -> tensor<32xf32>
  return
}

// -----

// reshape C2
func.func @from_and_to_have_one_product(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects as many elements as before, 15, got 16}}
  %0 = tile.reshape %t {from = array<i64: 3, 5>, to = array<i64: 16>} : tensor<4x8xf32> -> tensor<32xf32>
  return
}

// -----

// reshape C3
func.func @a_reshape_keeps_the_type(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects element type 'f32', got 'f16'}}
  %0 = tile.reshape %t : tensor<4x8xf32> -> tensor<32xf16>
  return
}

// -----

// join C1
func.func @pairs_have_a_last_extent_of_two(%a: tensor<4xf32>) {
  // expected-error @below {{expects shapes [4] and [4, 2], got [2, 4]}}
  %0 = tile.join %a, %a : tensor<4xf32> -> tensor<2x4xf32>
  return
}

// -----

// join C2
func.func @a_pair_keeps_the_type(%a: tensor<4xf32>) {
  // expected-error @below {{expects element type 'f32', got 'f16'}}
  %0 = tile.join %a, %a : tensor<4xf32> -> tensor<4x2xf16>
  return
}

// -----

// split C1
func.func @halves_of_two(%a: tensor<4x4xf32>) {
  // expected-error @below {{expects shapes [4] and [4, 2], got [4, 4]}}
  %0, %1 = tile.split %a : tensor<4x4xf32> -> tensor<4xf32>
  return
}

// -----

// split C2
func.func @a_half_keeps_the_type(%a: tensor<4x2xf32>) {
  // expected-error @below {{expects element type 'f16', got 'f32'}}
  %0, %1 = tile.split %a : tensor<4x2xf32> -> tensor<4xf16>
  return
}

// -----

// unsplat C1
func.func @one_element_is_one(%a: tensor<1x2xf32>) {
  // expected-error @below {{expects a tile of one element, got 'tensor<1x2xf32>'}}
  %0 = tile.unsplat %a : tensor<1x2xf32> -> f32
  return
}

// -----

// unsplat C2
func.func @an_element_keeps_its_type(%a: tensor<1xf32>) {
  // expected-error @below {{expects a result of type 'f32', got 'f16'}}
  %0 = tile.unsplat %a : tensor<1xf32> -> f16
  return
}
