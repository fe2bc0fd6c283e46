// RUN: mla-opt --tile-infer-access --split-input-file %s | FileCheck %s

// Rows of 64 stay contiguous where 4096 elements become a matrix, and along dimension 0 when that is transposed.
// CHECK-LABEL: func @reshaped_and_transposed_addresses
func.func @reshaped_and_transposed_addresses(%x: !tile.ptr<f32> {tile.divisibility = 16 : i32}) {
  %flat = tile.range 0 to 4096 : tensor<4096xi32>
  %offs = tile.reshape %flat : tensor<4096xi32> -> tensor<64x64xi32>
  %base = tile.splat %x : !tile.ptr<f32> -> tensor<64x64x!tile.ptr<f32>>
  %p = tile.addptr %base, %offs : tensor<64x64x!tile.ptr<f32>>, tensor<64x64xi32>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 1, elems = 4>}
  %v = tile.load %p : tensor<64x64x!tile.ptr<f32>>
  %q = tile.trans %p : tensor<64x64x!tile.ptr<f32>> -> tensor<64x64x!tile.ptr<f32>>
  // CHECK: tile.store {{.*}} {access = #tile.access<dim = 0, elems = 4>}
  tile.store %q, %v : tensor<64x64x!tile.ptr<f32>>
  return
}

// -----

// Rows of 6 are contiguous in pairs.
// CHECK-LABEL: func @runs_fit_in_both_shapes
func.func @runs_fit_in_both_shapes(%x: !tile.ptr<f32> {tile.divisibility = 16 : i32}) {
  %flat = tile.range 0 to 48 : tensor<48xi32>
  %offs = tile.reshape %flat : tensor<48xi32> -> tensor<8x6xi32>
  %base = tile.splat %x : !tile.ptr<f32> -> tensor<8x6x!tile.ptr<f32>>
  %p = tile.addptr %base, %offs : tensor<8x6x!tile.ptr<f32>>, tensor<8x6xi32>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 1, elems = 2>}
  %v = tile.load %p : tensor<8x6x!tile.ptr<f32>>
  return
}
