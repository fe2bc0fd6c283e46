// RUN: mla-opt %s | mla-opt | FileCheck %s

// CHECK-LABEL: func @permuted_dimensions
func.func @permuted_dimensions(%t: tensor<4x16x8xf32>, %p: tensor<2x3x!tile.ptr<f32>>) {
  // CHECK: tile.trans %{{.*}} : tensor<4x16x8xf32> -> tensor<8x16x4xf32>
  %0 = tile.trans %t : tensor<4x16x8xf32> -> tensor<8x16x4xf32>
  // CHECK: tile.trans %{{.*}} {order = array<i32: 2, 0, 1>} : tensor<4x16x8xf32> -> tensor<8x4x16xf32>
  %1 = tile.trans %t {order = array<i32: 2, 0, 1>} : tensor<4x16x8xf32> -> tensor<8x4x16xf32>
  // CHECK: tile.trans %{{.*}} : tensor<2x3x!tile.ptr<f32>> -> tensor<3x2x!tile.ptr<f32>>
  %2 = tile.trans %p : tensor<2x3x!tile.ptr<f32>> -> tensor<3x2x!tile.ptr<f32>>
  return
}

// CHECK-LABEL: func @reshaped_tiles
func.func @reshaped_tiles(%t: tensor<64x64xf32>, %u: tensor<4x4xi1>, %p: tensor<1x!tile.ptr<f32>>) {
  // CHECK: tile.reshape %{{.*}} : tensor<64x64xf32> -> tensor<4x1024xf32>
  %0 = tile.reshape %t : tensor<64x64xf32> -> tensor<4x1024xf32>
  // CHECK: tile.reshape %{{.*}} {from = array<i64: 3, 4>, to = array<i64: 12>} : tensor<4x4xi1> -> tensor<16xi1>
  %1 = tile.reshape %u {from = array<i64: 3, 4>, to = array<i64: 12>} : tensor<4x4xi1> -> tensor<16xi1>
  // CHECK: tile.unsplat %{{.*}} : tensor<1x!tile.ptr<f32>> -> !tile.ptr<f32>
  %2 = tile.unsplat %p : tensor<1x!tile.ptr<f32>> -> !tile.ptr<f32>
  return
}

// CHECK-LABEL: func @pairs
func.func @pairs(%a: tensor<16x3xbf16>, %b: tensor<16x3xbf16>) {
  // CHECK: %[[P:.*]] = tile.join %{{.*}}, %{{.*}} : tensor<16x3xbf16> -> tensor<16x3x2xbf16>
  %0 = tile.join %a, %b : tensor<16x3xbf16> -> tensor<16x3x2xbf16>
  // CHECK: %{{.*}}, %{{.*}} = tile.split %[[P]] : tensor<16x3x2xbf16> -> tensor<16x3xbf16>
  %1, %2 = tile.split %0 : tensor<16x3x2xbf16> -> tensor<16x3xbf16>
  return
}
