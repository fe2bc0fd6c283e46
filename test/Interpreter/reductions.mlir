// Reductions: one element, lengths that are no powers of two, NaN, signs of zero, unsigned; sums are trees over neighbours.
// RUN: mla-interpret %s --argument "arg0=*fp32:12?" --argument "arg1=*i8:5?" --print all | FileCheck %s

// CHECK: arg0 = [
// sum, max, min of rows of [[1, 2, 4], [-1, nan, 7]]
// CHECK-SAME: {{^}}7, nan,
// CHECK-SAME: {{^}} 4, 7,
// CHECK-SAME: {{^}} 1, -1,
// ((1 + 2^24) + (-2^24 + 1)) + ((5 + 5) + (5 + 5)) + (5 + 5), to scalars
// CHECK-SAME: {{^}} 31, 31,
// all NaN stays NaN
// CHECK-SAME: {{^}} nan, nan,
// one element
// CHECK-SAME: {{^}} 7, 7]
// CHECK: arg1 = [
// sum wraps; max and min, signed and unsigned
// CHECK-SAME: {{^}}-59,
// CHECK-SAME: {{^}} 100,
// CHECK-SAME: {{^}} -3,
// CHECK-SAME: {{^}} -3,
// CHECK-SAME: {{^}} 100]
func.func @test(%arg0: !tile.ptr<f32>, %arg1: !tile.ptr<i8>) attributes {tile.kernel} {
  %zero = arith.constant 0 : i64
  %n1 = arith.constant 1 : i64
  %n0 = arith.constant 2 : i64
  %v0 = tile.view %arg0, shape [] strides [%n0] : !tile.view<6x2xf32>
  %x = arith.constant dense<[1.0, 2.0, 4.0, -1.0, 0x7FC00000, 7.0]> : tensor<6xf32>
  %tree = arith.constant dense<[1.0, 16777216.0, -16777216.0, 1.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0]> : tensor<10xf32>
  %zeros = arith.constant dense<[-0.0, 0.0, 0x7FC00000, 0x7FC00000]> : tensor<4xf32>
  %m = tile.expand_dims %x {axis = 0 : i32} : tensor<6xf32> -> tensor<1x6xf32>
  %r0 = tile.slice %m [0, 0] : tensor<1x6xf32> -> tensor<1x3xf32>
  %r1 = tile.slice %m [0, 3] : tensor<1x6xf32> -> tensor<1x3xf32>
  %b0 = tile.broadcast %r0 : tensor<1x3xf32> -> tensor<2x3xf32>
  %b1 = tile.broadcast %r1 : tensor<1x3xf32> -> tensor<2x3xf32>
  %rows = tile.range 0 to 2 : tensor<2xi32>
  %col = tile.expand_dims %rows {axis = 1 : i32} : tensor<2xi32> -> tensor<2x1xi32>
  %cols = tile.broadcast %col : tensor<2x1xi32> -> tensor<2x3xi32>
  %none = arith.constant dense<0> : tensor<2x3xi32>
  %isFirst = arith.cmpi eq, %cols, %none : tensor<2x3xi32>
  %mat = arith.select %isFirst, %b0, %b1 : tensor<2x3xi1>, tensor<2x3xf32>
  %sum = tile.reduce sum %mat {axis = 1 : i32} : tensor<2x3xf32> -> tensor<2xf32>
  %at0_0 = arith.constant 0 : i64
  tile.store_view %sum, %v0[%at0_0, %zero] dims [1] : tensor<2xf32>, !tile.view<6x2xf32>
  %max = tile.reduce max %mat {axis = 1 : i32} : tensor<2x3xf32> -> tensor<2xf32>
  %at0_1 = arith.constant 1 : i64
  tile.store_view %max, %v0[%at0_1, %zero] dims [1] : tensor<2xf32>, !tile.view<6x2xf32>
  %min = tile.reduce min %mat {axis = 1 : i32} : tensor<2x3xf32> -> tensor<2xf32>
  %at0_2 = arith.constant 2 : i64
  tile.store_view %min, %v0[%at0_2, %zero] dims [1] : tensor<2xf32>, !tile.view<6x2xf32>
  %t = tile.reduce sum %tree {axis = 0 : i32} : tensor<10xf32> -> f32
  %ts = tile.splat %t : f32 -> tensor<2xf32>
  %at0_3 = arith.constant 3 : i64
  tile.store_view %ts, %v0[%at0_3, %zero] dims [1] : tensor<2xf32>, !tile.view<6x2xf32>
  %zs = tile.slice %zeros [2] : tensor<4xf32> -> tensor<2xf32>
  %zm = tile.reduce max %zs {axis = 0 : i32} : tensor<2xf32> -> f32
  %zz = tile.splat %zm : f32 -> tensor<2xf32>
  %at0_4 = arith.constant 4 : i64
  tile.store_view %zz, %v0[%at0_4, %zero] dims [1] : tensor<2xf32>, !tile.view<6x2xf32>
  %o = tile.slice %x [5] : tensor<6xf32> -> tensor<1xf32>
  %o1 = tile.reduce sum %o {axis = 0 : i32} : tensor<1xf32> -> f32
  %oo = tile.splat %o1 : f32 -> tensor<2xf32>
  %at0_5 = arith.constant 5 : i64
  tile.store_view %oo, %v0[%at0_5, %zero] dims [1] : tensor<2xf32>, !tile.view<6x2xf32>
  %v1 = tile.view %arg1, shape [] strides [%n1] : !tile.view<5x1xi8>
  %i = arith.constant dense<[100, 100, -3]> : tensor<3xi8>
  %is = tile.reduce sum %i {axis = 0 : i32} : tensor<3xi8> -> i8
  %is1 = tile.splat %is : i8 -> tensor<1xi8>
  %at1_0 = arith.constant 0 : i64
  tile.store_view %is1, %v1[%at1_0, %zero] dims [1] : tensor<1xi8>, !tile.view<5x1xi8>
  %im = tile.reduce max %i {axis = 0 : i32} : tensor<3xi8> -> i8
  %im1 = tile.splat %im : i8 -> tensor<1xi8>
  %at1_1 = arith.constant 1 : i64
  tile.store_view %im1, %v1[%at1_1, %zero] dims [1] : tensor<1xi8>, !tile.view<5x1xi8>
  %iu = tile.reduce max %i {axis = 0 : i32, is_unsigned} : tensor<3xi8> -> i8
  %iu1 = tile.splat %iu : i8 -> tensor<1xi8>
  %at1_2 = arith.constant 2 : i64
  tile.store_view %iu1, %v1[%at1_2, %zero] dims [1] : tensor<1xi8>, !tile.view<5x1xi8>
  %in = tile.reduce min %i {axis = 0 : i32} : tensor<3xi8> -> i8
  %in1 = tile.splat %in : i8 -> tensor<1xi8>
  %at1_3 = arith.constant 3 : i64
  tile.store_view %in1, %v1[%at1_3, %zero] dims [1] : tensor<1xi8>, !tile.view<5x1xi8>
  %iv = tile.reduce min %i {axis = 0 : i32, is_unsigned} : tensor<3xi8> -> i8
  %iv1 = tile.splat %iv : i8 -> tensor<1xi8>
  %at1_4 = arith.constant 4 : i64
  tile.store_view %iv1, %v1[%at1_4, %zero] dims [1] : tensor<1xi8>, !tile.view<5x1xi8>
  return
}
