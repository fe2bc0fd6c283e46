// RUN: mla-opt %s | mla-opt | FileCheck %s

// CHECK-LABEL: func @access_options
func.func @access_options(%p: !tile.ptr<f32>, %i: i64, %x: f32) {
  // CHECK: tile.load %{{.*}} {cache = #tile<cache cg>, evict = #tile<evict last>, is_volatile} : !tile.ptr<f32>
  %0 = tile.load %p {cache = #tile<cache cg>, evict = #tile<evict last>, is_volatile} : !tile.ptr<f32>
  // CHECK: tile.store %{{.*}}, %{{.*}} {cache = #tile<cache wt>, evict = #tile<evict first>} : !tile.ptr<f32>
  tile.store %p, %x {cache = #tile<cache wt>, evict = #tile<evict first>} : !tile.ptr<f32>
  %v = tile.view %p, shape [%i] strides [] : !tile.view<?xf32>
  // CHECK: tile.load_view %{{.*}}[%{{.*}}] dims [0] {pad_nan, unchecked = array<i32: 0>}
  %1 = tile.load_view %v[%i] dims [0] {pad_nan, unchecked = array<i32: 0>} : !tile.view<?xf32> -> tensor<4xf32>
  // CHECK: tile.store_view %{{.*}} dims [0] {unchecked = array<i32: 0>}
  tile.store_view %1, %v[%i] dims [0] {unchecked = array<i32: 0>} : tensor<4xf32>, !tile.view<?xf32>
  return
}

// CHECK-LABEL: func @atomics
func.func @atomics(%p: tensor<4x!tile.ptr<f32>>, %v: tensor<4xf32>, %m: tensor<4xi1>, %q: !tile.ptr<i64>, %n: i64) {
  // CHECK: tile.atomic_rmw add relaxed gpu %{{.*}}, %{{.*}}, mask %{{.*}} : tensor<4x!tile.ptr<f32>>
  %0 = tile.atomic_rmw add relaxed gpu %p, %v, mask %m : tensor<4x!tile.ptr<f32>>
  // CHECK: tile.atomic_rmw max acq_rel sys %{{.*}}, %{{.*}} {is_unsigned} : !tile.ptr<i64>
  %1 = tile.atomic_rmw max acq_rel sys %q, %n {is_unsigned} : !tile.ptr<i64>
  // CHECK: tile.atomic_cas acquire cta %{{.*}}, %{{.*}}, %{{.*}} : !tile.ptr<i64>
  %2 = tile.atomic_cas acquire cta %q, %n, %n : !tile.ptr<i64>
  // CHECK: tile.atomic_cas release gpu %{{.*}}, %{{.*}}, %{{.*}}, mask %{{.*}} : tensor<4x!tile.ptr<f32>>
  %3 = tile.atomic_cas release gpu %p, %v, %v, mask %m : tensor<4x!tile.ptr<f32>>
  return
}

// CHECK-LABEL: func @order_and_debugging
func.func @order_and_debugging(%t: tensor<4xf32>, %c: tensor<4xi1>, %n: i32, %b: i1) {
  // CHECK: tile.barrier
  tile.barrier
  // CHECK: tile.assert %{{.*}}, "too large" at "k.py" : 3 in "k" : tensor<4xi1>
  tile.assert %c, "too large" at "k.py" : 3 in "k" : tensor<4xi1>
  // CHECK: tile.print "x: " %{{.*}}, %{{.*}} {hex, is_signed = array<i32: 0, 1>} : tensor<4xf32>, i32
  tile.print "x: " %t, %n {hex, is_signed = array<i32: 0, 1>} : tensor<4xf32>, i32
  // CHECK: tile.print "here" {is_signed = array<i32>}
  tile.print "here" {is_signed = array<i32>}
  // CHECK: tile.assume %{{.*}}
  tile.assume %b
  // CHECK: tile.axis_hint %{{.*}} {constancy = array<i64: 2>, contiguity = array<i64: 1>, divisibility = array<i64: 4>} : tensor<4xf32>
  %0 = tile.axis_hint %t {divisibility = array<i64: 4>, contiguity = array<i64: 1>, constancy = array<i64: 2>} : tensor<4xf32>
  return
}
