// RUN: mla-opt --tile-pad-extents --split-input-file %s | FileCheck %s

// Row-major order counts the original elements.
// CHECK-LABEL: func @a_reshape_counts_original_elements
func.func @a_reshape_counts_original_elements(%x: f32) {
  %t = tile.splat %x : f32 -> tensor<3x100xf32>
  // CHECK: %[[R:.*]] = tile.reshape %{{.*}} {from = array<i64: 3, 100>, to = array<i64: 300>} : tensor<4x112xf32> -> tensor<320xf32>
  %r = tile.reshape %t : tensor<3x100xf32> -> tensor<300xf32>
  // Storable extents on one side only.
  // CHECK: tile.reshape %[[R]] {from = array<i64: 300>, to = array<i64: 1, 300>} : tensor<320xf32> -> tensor<1x320xf32>
  %s = tile.reshape %r : tensor<300xf32> -> tensor<1x300xf32>
  %u = tile.splat %x : f32 -> tensor<576xf32>
  // CHECK: tile.reshape %{{.*}} {from = array<i64: 576>, to = array<i64: 9, 64>} : tensor<576xf32> -> tensor<16x64xf32>
  %v = tile.reshape %u : tensor<576xf32> -> tensor<9x64xf32>
  // CHECK: tile.reshape %{{.*}} : tensor<576xf32> -> tensor<576x1xf32>
  %w = tile.reshape %u : tensor<576xf32> -> tensor<576x1xf32>
  return
}

// -----

// CHECK-LABEL: func @pairs_and_permutations_need_types_only
func.func @pairs_and_permutations_need_types_only(%x: f32) {
  %t = tile.splat %x : f32 -> tensor<3x100xf32>
  // CHECK: tile.join %{{.*}}, %{{.*}} : tensor<4x112xf32> -> tensor<4x112x2xf32>
  %p = tile.join %t, %t : tensor<3x100xf32> -> tensor<3x100x2xf32>
  // CHECK: tile.split %{{.*}} : tensor<4x112x2xf32> -> tensor<4x112xf32>
  %a, %b = tile.split %p : tensor<3x100x2xf32> -> tensor<3x100xf32>
  // CHECK: tile.trans %{{.*}} {order = array<i32: 2, 0, 1>} : tensor<4x112x2xf32> -> tensor<2x4x112xf32>
  %q = tile.trans %p {order = array<i32: 2, 0, 1>} : tensor<3x100x2xf32> -> tensor<2x3x100xf32>
  return
}
