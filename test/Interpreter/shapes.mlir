// Ops that move elements.
// RUN: mla-interpret %s --argument "arg0=*i32:24?" --print all | FileCheck %s

// CHECK: arg0 = [
// trans of trans of a 2x3 made of columns 0, 1, 2
// CHECK-SAME: {{^}}276, 276, 276, 276, 276, 276,
// slice from the middle, splat
// CHECK-SAME: {{^}} 2, 2, 2, 2, 2, 2,
// CHECK-SAME: {{^}} 7, 7, 7, 7, 7, 7,
// a range below zero
// CHECK-SAME: {{^}} -2, -1, 0, 1, 2, 3]
func.func @test(%arg0: !tile.ptr<i32>) attributes {tile.kernel} {
  %zero = arith.constant 0 : i64
  %n0 = arith.constant 6 : i64
  %v0 = tile.view %arg0, shape [] strides [%n0] : !tile.view<4x6xi32>
  %x = arith.constant dense<[0, 1, 2, 10, 11, 12]> : tensor<6xi32>
  %row = tile.range 0 to 3 : tensor<3xi32>
  %r1 = tile.expand_dims %row {axis = 0 : i32} : tensor<3xi32> -> tensor<1x3xi32>
  %rb = tile.broadcast %r1 : tensor<1x3xi32> -> tensor<2x3xi32>
  %col = tile.range 5 to 7 : tensor<2xi32>
  %c1 = tile.expand_dims %col {axis = 1 : i32} : tensor<2xi32> -> tensor<2x1xi32>
  %cb = tile.broadcast %c1 : tensor<2x1xi32> -> tensor<2x3xi32>
  %ten = arith.constant dense<10> : tensor<2x3xi32>
  %cm = arith.muli %cb, %ten : tensor<2x3xi32>
  %mat = arith.addi %cm, %rb : tensor<2x3xi32>
  %tr = tile.trans %mat : tensor<2x3xi32> -> tensor<3x2xi32>
  %s0 = tile.slice %tr [0, 0] : tensor<3x2xi32> -> tensor<3x1xi32>
  %s1 = tile.slice %tr [1, 1] : tensor<3x2xi32> -> tensor<2x1xi32>
  %f0 = tile.reduce sum %s0 {axis = 0 : i32} : tensor<3x1xi32> -> tensor<1xi32>
  %f1 = tile.reduce sum %s1 {axis = 0 : i32} : tensor<2x1xi32> -> tensor<1xi32>
  %sum = arith.addi %f0, %f1 : tensor<1xi32>
  %e = tile.broadcast %sum : tensor<1xi32> -> tensor<6xi32>
  %at0_0 = arith.constant 0 : i64
  tile.store_view %e, %v0[%at0_0, %zero] dims [1] : tensor<6xi32>, !tile.view<4x6xi32>
  %sl = tile.slice %x [2] : tensor<6xi32> -> tensor<1xi32>
  %sb = tile.broadcast %sl : tensor<1xi32> -> tensor<6xi32>
  %at0_1 = arith.constant 1 : i64
  tile.store_view %sb, %v0[%at0_1, %zero] dims [1] : tensor<6xi32>, !tile.view<4x6xi32>
  %seven = arith.constant 7 : i32
  %sp = tile.splat %seven : i32 -> tensor<6xi32>
  %at0_2 = arith.constant 2 : i64
  tile.store_view %sp, %v0[%at0_2, %zero] dims [1] : tensor<6xi32>, !tile.view<4x6xi32>
  %neg = tile.range -2 to 4 : tensor<6xi32>
  %at0_3 = arith.constant 3 : i64
  tile.store_view %neg, %v0[%at0_3, %zero] dims [1] : tensor<6xi32>, !tile.view<4x6xi32>
  return
}
