// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-pad-extents))' | FileCheck %s

// A region has no known neutral element: added elements say that they are none.
// CHECK-LABEL: func.func @reduction
// CHECK-SAME:    (%[[X:.*]]: !tile.ptr<f32>)
// CHECK:         %[[V:.*]] = tile.load
// CHECK:         %[[IN:.*]] = arith.cmpi slt, %{{.*}}, %{{.*}} : tensor<4xi32>
// CHECK:         %[[R:.*]]:2 = tile.generic_reduce %[[V]], %[[IN]] {axis = 0 : i32} : tensor<4xf32>, tensor<4xi1> -> f32, i1 {
// CHECK-NEXT:    ^bb0(%[[A:.*]]: f32, %[[AIN:.*]]: i1, %[[B:.*]]: f32, %[[BIN:.*]]: i1):
// CHECK-NEXT:      %[[S:.*]] = arith.subf %[[A]], %[[B]] : f32
// CHECK-NEXT:      %[[T:.*]] = arith.select %[[BIN]], %[[S]], %[[A]] : f32
// CHECK-NEXT:      %[[U:.*]] = arith.select %[[AIN]], %[[T]], %[[B]] : f32
// CHECK-NEXT:      %[[OR:.*]] = arith.ori %[[AIN]], %[[BIN]] : i1
// CHECK-NEXT:      tile.yield %[[U]], %[[OR]] : f32, i1
// CHECK:         tile.store %[[X]], %[[R]]#0
func.func @reduction(%x: !tile.ptr<f32>) attributes {tile.kernel} {
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<3x!tile.ptr<f32>>
  %v = tile.load %s : tensor<3x!tile.ptr<f32>>
  %r = tile.generic_reduce %v {axis = 0 : i32} : tensor<3xf32> -> f32 {
  ^bb0(%a: f32, %b: f32):
    %c = arith.subf %a, %b : f32
    tile.yield %c : f32
  }
  tile.store %x, %r : !tile.ptr<f32>
  return
}

// -----

// A scan meets added elements last, but a reverse one first. Only valid elements divide.
// CHECK-LABEL: func.func @scans
// CHECK:         %[[A:.*]] = tile.scan %{{.*}} {axis = 1 : i32} : tensor<2x4xi32> -> tensor<2x4xi32> {
// CHECK:         %[[B:.*]]:2 = tile.scan %[[A]], %{{.*}} {axis = 1 : i32, reverse} : tensor<2x4xi32>, tensor<2x4xi1> -> tensor<2x4xi32>, tensor<2x4xi1> {
// CHECK:         tile.scan %[[B]]#0, %{{.*}} {axis = 1 : i32} : tensor<2x4xi32>, tensor<2x4xi1> -> tensor<2x4xi32>, tensor<2x4xi1> {
// CHECK-NEXT:    ^bb0(%[[L:.*]]: i32, %[[LIN:.*]]: i1, %[[R:.*]]: i32, %[[RIN:.*]]: i1):
// CHECK-NEXT:      %[[LEFT:.*]] = arith.select %[[LIN]], %[[L]], %[[R]] : i32
// CHECK-NEXT:      %[[RIGHT:.*]] = arith.select %[[RIN]], %[[R]], %[[L]] : i32
// CHECK-NEXT:      arith.divsi %[[LEFT]], %[[RIGHT]] : i32
// CHECK:         tile.scan %{{[^,]*}} {axis = 0 : i32, reverse} : tensor<2x4xi32> -> tensor<2x4xi32> {
func.func @scans(%x: !tile.ptr<i32>) attributes {tile.kernel} {
  %s = tile.splat %x : !tile.ptr<i32> -> tensor<2x3x!tile.ptr<i32>>
  %v = tile.load %s : tensor<2x3x!tile.ptr<i32>>
  %a = tile.scan %v {axis = 1 : i32} : tensor<2x3xi32> -> tensor<2x3xi32> {
  ^bb0(%p: i32, %q: i32):
    %c = arith.addi %p, %q : i32
    tile.yield %c : i32
  }
  %b = tile.scan %a {axis = 1 : i32, reverse} : tensor<2x3xi32> -> tensor<2x3xi32> {
  ^bb0(%p: i32, %q: i32):
    %c = arith.addi %p, %q : i32
    tile.yield %c : i32
  }
  %d = tile.scan %b {axis = 1 : i32} : tensor<2x3xi32> -> tensor<2x3xi32> {
  ^bb0(%p: i32, %q: i32):
    %c = arith.divsi %p, %q : i32
    tile.yield %c : i32
  }
  %e = tile.scan %d {axis = 0 : i32, reverse} : tensor<2x3xi32> -> tensor<2x3xi32> {
  ^bb0(%p: i32, %q: i32):
    %c = arith.addi %p, %q : i32
    tile.yield %c : i32
  }
  tile.store %s, %e : tensor<2x3x!tile.ptr<i32>>
  return
}

// -----

// Neutral elements of the known kinds.
// CHECK-LABEL: func.func @kinds
// CHECK:         %[[ONE:.*]] = arith.constant dense<1> : tensor<4xi32>
// CHECK:         %[[P:.*]] = arith.select %{{.*}}, %{{.*}}, %[[ONE]] : tensor<4xi1>, tensor<4xi32>
// CHECK:         tile.reduce prod %[[P]]
// CHECK:         %[[ONES:.*]] = arith.constant dense<-1> : tensor<4xi32>
// CHECK:         %[[Q:.*]] = arith.select %{{.*}}, %{{.*}}, %[[ONES]] : tensor<4xi1>, tensor<4xi32>
// CHECK:         tile.reduce and %[[Q]]
// A masked load holds zeros, which xor and or do not notice.
// CHECK:         tile.reduce xor %[[V:.*]] {axis
// CHECK-NEXT:    tile.reduce or %[[V]] {axis
func.func @kinds(%x: !tile.ptr<i32>) attributes {tile.kernel} {
  %i = tile.range 0 to 3 : tensor<3xi32>
  %s = tile.splat %x : !tile.ptr<i32> -> tensor<3x!tile.ptr<i32>>
  %p = tile.addptr %s, %i : tensor<3x!tile.ptr<i32>>, tensor<3xi32>
  %v = tile.load %p : tensor<3x!tile.ptr<i32>>
  %a = tile.reduce prod %v {axis = 0 : i32} : tensor<3xi32> -> i32
  %b = tile.reduce and %v {axis = 0 : i32} : tensor<3xi32> -> i32
  %c = tile.reduce xor %v {axis = 0 : i32} : tensor<3xi32> -> i32
  %d = tile.reduce or %v {axis = 0 : i32} : tensor<3xi32> -> i32
  tile.store %x, %a : !tile.ptr<i32>
  tile.store %x, %b : !tile.ptr<i32>
  tile.store %x, %c : !tile.ptr<i32>
  tile.store %x, %d : !tile.ptr<i32>
  return
}
