// RUN: mla-opt %s -split-input-file -verify-diagnostics

// gather C1
func.func @a_gather_runs_along_a_dimension(%t: tensor<4x8xf32>, %i: tensor<4x2xi32>) {
  // expected-error @below {{expects an axis in [0, 1], got 2}}
  %0 = tile.gather %t[%i] {axis = 2 : i32} : tensor<4x8xf32>, tensor<4x2xi32> -> tensor<4x2xf32>
  return
}

// -----

// gather C2
func.func @an_index_has_the_other_extents(%t: tensor<4x8xf32>, %i: tensor<2x2xi32>) {
  // expected-error @below {{expects an index with the extents [4, 8] but along dimension 1, got [2, 2]}}
  %0 = tile.gather %t[%i] {axis = 1 : i32} : tensor<4x8xf32>, tensor<2x2xi32> -> tensor<2x2xf32>
  return
}

// -----

// gather C2
func.func @an_index_has_the_rank(%t: tensor<4x8xf32>, %i: tensor<4xi32>) {
  // expected-error @below {{expects an index with the extents [4, 8] but along dimension 1, got [4]}}
  %0 = tile.gather %t[%i] {axis = 1 : i32} : tensor<4x8xf32>, tensor<4xi32> -> tensor<4xf32>
  return
}

// -----

// gather C3
func.func @gathered_elements_keep_their_type(%t: tensor<8xf32>, %i: tensor<4xi32>) {
  // expected-error @below {{expects a result of shape [4] and element type 'f32', got 'tensor<4xf16>'}}
  %0 = tile.gather %t[%i] {axis = 0 : i32} : tensor<8xf32>, tensor<4xi32> -> tensor<4xf16>
  return
}

// -----

// histogram C1
func.func @a_mask_has_the_shape(%t: tensor<8xi32>, %m: tensor<4xi1>) {
  // expected-error @below {{expects a mask in the shape of the source, [8], got [4]}}
  %0 = "tile.histogram"(%t, %m) : (tensor<8xi32>, tensor<4xi1>) -> tensor<4xi32>
  return
}

// -----

// sort C1
func.func @a_sort_runs_along_a_dimension(%t: tensor<8xi32>) {
  // expected-error @below {{expects an axis in [0, 0], got -1}}
  %0 = tile.sort %t {axis = -1 : i32} : tensor<8xi32>
  return
}

// -----

// sort C2
func.func @narrow_floats_are_not_sorted(%t: tensor<8xf8E5M2>) {
  // expected-error @below {{expects integers or floats of at least 16 bits, got 'f8E5M2'}}
  %0 = tile.sort %t {axis = 0 : i32} : tensor<8xf8E5M2>
  return
}

// -----

// sort C3
func.func @bitonic_lines_have_a_power_of_two_of_elements(%t: tensor<8x12xi32>) {
  // expected-error @below {{expects a power of two of bitonic elements, got 12}}
  %0 = tile.sort %t {axis = 1 : i32, bitonic} : tensor<8x12xi32>
  return
}
