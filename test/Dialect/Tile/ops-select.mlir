// RUN: mla-opt %s | mla-opt | FileCheck %s

// CHECK-LABEL: func @selections
func.func @selections(%t: tensor<16x64xf32>, %i: tensor<16x8xi32>, %j: tensor<4x64xi64>, %x: tensor<64xi32>, %m: tensor<64xi1>) {
  // CHECK: tile.gather %{{.*}}[%{{.*}}] {axis = 1 : i32} : tensor<16x64xf32>, tensor<16x8xi32> -> tensor<16x8xf32>
  %0 = tile.gather %t[%i] {axis = 1 : i32} : tensor<16x64xf32>, tensor<16x8xi32> -> tensor<16x8xf32>
  // CHECK: tile.gather %{{.*}}[%{{.*}}] {axis = 0 : i32} : tensor<16x64xf32>, tensor<4x64xi64> -> tensor<4x64xf32>
  %1 = tile.gather %t[%j] {axis = 0 : i32} : tensor<16x64xf32>, tensor<4x64xi64> -> tensor<4x64xf32>
  // CHECK: tile.histogram %{{.*}} : tensor<64xi32> -> tensor<16xi32>
  %2 = tile.histogram %x : tensor<64xi32> -> tensor<16xi32>
  // CHECK: tile.histogram %{{.*}}, mask %{{.*}} : tensor<64xi32> -> tensor<3xi32>
  %3 = tile.histogram %x, mask %m : tensor<64xi32> -> tensor<3xi32>
  // CHECK: tile.sort %{{.*}} {axis = 1 : i32} : tensor<16x64xf32>
  %4 = tile.sort %t {axis = 1 : i32} : tensor<16x64xf32>
  // CHECK: tile.sort %{{.*}} {axis = 0 : i32, descending, is_unsigned} : tensor<64xi32>
  %5 = tile.sort %x {axis = 0 : i32, descending, is_unsigned} : tensor<64xi32>
  // CHECK: tile.sort %{{.*}} {axis = 1 : i32, bitonic} : tensor<16x64xf32>
  %6 = tile.sort %t {axis = 1 : i32, bitonic} : tensor<16x64xf32>
  return
}
