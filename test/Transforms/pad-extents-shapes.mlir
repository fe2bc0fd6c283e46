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

// -----

// Positions past the original extent are made positions past every extent.
// CHECK-LABEL: func @a_gather_sees_original_elements
// CHECK-SAME: (%[[X:.*]]: f32, %[[I:.*]]: i64)
func.func @a_gather_sees_original_elements(%x: f32, %i: i64) {
  %t = tile.splat %x : f32 -> tensor<16x100xf32>
  // CHECK: %[[J:.*]] = tile.splat %[[I]] : i64 -> tensor<16x8xi64>
  %j = tile.splat %i : i64 -> tensor<16x8xi64>
  // CHECK: %[[LIMIT:.*]] = arith.constant dense<100> : tensor<16x8xi64>
  // CHECK: %[[VALID:.*]] = arith.cmpi ult, %[[J]], %[[LIMIT]]
  // CHECK: %[[NONE:.*]] = arith.constant dense<-1> : tensor<16x8xi64>
  // CHECK: %[[K:.*]] = arith.select %[[VALID]], %[[J]], %[[NONE]]
  // CHECK: tile.gather %{{.*}}[%[[K]]]
  %r = tile.gather %t[%j] {axis = 1 : i32} : tensor<16x100xf32>, tensor<16x8xi64> -> tensor<16x8xf32>
  // Only the dimension of the axis counts.
  // CHECK-NOT: arith.select
  // CHECK: tile.gather
  %l = tile.splat %i : i64 -> tensor<4x100xi64>
  %s = tile.gather %t[%l] {axis = 0 : i32} : tensor<16x100xf32>, tensor<4x100xi64> -> tensor<4x100xf32>
  return
}

// -----

// CHECK-LABEL: func @a_histogram_counts_original_elements
func.func @a_histogram_counts_original_elements(%i: i32, %b: i1) {
  // CHECK: %[[T:.*]] = tile.splat %{{.*}} : i32 -> tensor<112xi32>
  %t = tile.splat %i : i32 -> tensor<100xi32>
  %m = tile.splat %b : i1 -> tensor<100xi1>
  // CHECK: %[[IN:.*]] = arith.cmpi slt, %{{.*}}, %{{.*}} : tensor<112xi32>
  // CHECK: tile.histogram %[[T]], mask %[[IN]] : tensor<112xi32> -> tensor<16xi32>
  %h = tile.histogram %t : tensor<100xi32> -> tensor<10xi32>
  // CHECK: %[[BOTH:.*]] = arith.andi
  // CHECK: tile.histogram %[[T]], mask %[[BOTH]] : tensor<112xi32> -> tensor<16xi32>
  %g = tile.histogram %t, mask %m : tensor<100xi32> -> tensor<16xi32>
  return
}

// -----

// What is added comes last.
// CHECK-LABEL: func @a_sort_leaves_the_padding_behind
func.func @a_sort_leaves_the_padding_behind(%x: f16, %i: i32) {
  %t = tile.splat %x : f16 -> tensor<4x100xf16>
  // CHECK: arith.constant dense<0x7E00> : tensor<4x112xf16>
  // CHECK: arith.select
  // CHECK: tile.sort
  %0 = tile.sort %t {axis = 1 : i32} : tensor<4x100xf16>
  // CHECK: arith.constant dense<0xFC00> : tensor<4x112xf16>
  // CHECK: arith.select
  // CHECK: tile.sort
  %1 = tile.sort %t {axis = 1 : i32, descending} : tensor<4x100xf16>
  // The axis itself is not padded.
  // CHECK-NOT: arith.select
  // CHECK: tile.sort %{{.*}} {axis = 0 : i32}
  %2 = tile.sort %t {axis = 0 : i32} : tensor<4x100xf16>
  %u = tile.splat %i : i32 -> tensor<5xi32>
  // CHECK: arith.constant dense<2147483647> : tensor<8xi32>
  %3 = tile.sort %u {axis = 0 : i32} : tensor<5xi32>
  // CHECK: arith.constant dense<0> : tensor<8xi32>
  %4 = tile.sort %u {axis = 0 : i32, descending, is_unsigned} : tensor<5xi32>
  return
}
