// RUN: mla-opt %s | FileCheck %s
// RUN: mla-opt %s | mla-opt | FileCheck %s
// RUN: mla-opt --mlir-print-op-generic %s | mla-opt | FileCheck %s

// CHECK-LABEL: func @reductions_by_regions
// CHECK-SAME: (%[[V:.*]]: tensor<4x64xf32>, %[[I:.*]]: tensor<4x64xi32>)
func.func @reductions_by_regions(%v: tensor<4x64xf32>, %i: tensor<4x64xi32>) -> (tensor<4xf32>, tensor<4xi32>) {
  // CHECK: %[[R:.*]]:2 = tile.generic_reduce %[[V]], %[[I]] {axis = 1 : i32, commutative} : tensor<4x64xf32>, tensor<4x64xi32> -> tensor<4xf32>, tensor<4xi32> {
  // CHECK: ^bb0(%[[A:.*]]: f32, %[[J:.*]]: i32, %[[B:.*]]: f32, %[[K:.*]]: i32):
  // CHECK: %[[C:.*]] = arith.cmpf ogt, %[[A]], %[[B]] : f32
  // CHECK: tile.yield %{{.*}}, %{{.*}} : f32, i32
  %r:2 = tile.generic_reduce %v, %i {axis = 1 : i32, commutative} : tensor<4x64xf32>, tensor<4x64xi32> -> tensor<4xf32>, tensor<4xi32> {
  ^bb0(%a: f32, %j: i32, %b: f32, %k: i32):
    %c = arith.cmpf ogt, %a, %b : f32
    %m = arith.select %c, %a, %b : f32
    %n = arith.select %c, %j, %k : i32
    tile.yield %m, %n : f32, i32
  }
  // CHECK: return %[[R]]#0, %[[R]]#1
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xi32>
}

// A region may branch; a 1-D source gives a scalar.
// CHECK-LABEL: func @a_branch_in_a_region
func.func @a_branch_in_a_region(%v: tensor<100xi8>) -> i8 {
  // CHECK: tile.generic_reduce %{{.*}} {axis = 0 : i32} : tensor<100xi8> -> i8 {
  %r = tile.generic_reduce %v {axis = 0 : i32} : tensor<100xi8> -> i8 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.cmpi slt, %a, %b : i8
    // CHECK: scf.if
    %m = scf.if %c -> i8 {
      scf.yield %a : i8
    } else {
      %d = arith.muli %b, %b : i8
      scf.yield %d : i8
    }
    tile.yield %m : i8
  }
  return %r : i8
}

// CHECK-LABEL: func @scans
func.func @scans(%v: tensor<3x48xf16>) -> tensor<3x48xf16> {
  // CHECK: tile.scan %{{.*}} {axis = 0 : i32} : tensor<3x48xf16> -> tensor<3x48xf16> {
  %r = tile.scan %v {axis = 0 : i32} : tensor<3x48xf16> -> tensor<3x48xf16> {
  ^bb0(%a: f16, %b: f16):
    %s = arith.addf %a, %b : f16
    tile.yield %s : f16
  }
  // CHECK: tile.scan %{{.*}} {axis = 1 : i32, reverse} : tensor<3x48xf16> -> tensor<3x48xf16> {
  %s = tile.scan %r {axis = 1 : i32, reverse} : tensor<3x48xf16> -> tensor<3x48xf16> {
  ^bb0(%a: f16, %b: f16):
    %s = arith.mulf %a, %b : f16
    tile.yield %s : f16
  }
  return %s : tensor<3x48xf16>
}

// CHECK-LABEL: func @kinds_of_reduction
func.func @kinds_of_reduction(%v: tensor<8xi32>) {
  // CHECK: tile.reduce prod
  %0 = tile.reduce prod %v {axis = 0 : i32} : tensor<8xi32> -> i32
  // CHECK: tile.reduce xor
  %1 = tile.reduce xor %v {axis = 0 : i32} : tensor<8xi32> -> i32
  // CHECK: tile.reduce or
  %2 = tile.reduce or %v {axis = 0 : i32} : tensor<8xi32> -> i32
  // CHECK: tile.reduce and
  %3 = tile.reduce and %v {axis = 0 : i32} : tensor<8xi32> -> i32
  return
}
