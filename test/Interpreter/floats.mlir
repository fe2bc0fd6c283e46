// Floats: NaN, infinities and signed zeros; f16 and bf16 are rounded after each op, ties to even.
// RUN: mla-interpret %s --argument "arg0=*fp32:88?" --argument "arg1=*i1:128?" --argument "arg2=*fp16:12?" --argument "arg3=*bf16:8?" --argument "arg4=*fp64:4?" --print all | FileCheck %s

// CHECK: arg0 = [
// addf
// CHECK-SAME: {{^}}1.75, 0, nan, nan, inf, nan, 0, 4,
// subf
// CHECK-SAME: {{^}} 1.25, -0, inf, nan, 0, nan, 0, -2,
// mulf
// CHECK-SAME: {{^}} 0.375, -0, -inf, nan, inf, nan, -0, 3,
// divf
// CHECK-SAME: {{^}} 6, nan, nan, nan, 1, nan, nan, 0.333333343,
// remf
// CHECK-SAME: {{^}} 0, nan, nan, nan, 0, nan, nan, 1,
// negf
// CHECK-SAME: {{^}} -1.5, 0, -inf, nan, -3.00000001e+38, 2.5, -0, -1,
// maxnumf
// CHECK-SAME: {{^}} 1.5, 0, inf, 1, 3.00000001e+38, -2.5, 0, 3,
// minnumf
// CHECK-SAME: {{^}} 0.25, -0, -inf, 1, 3.00000001e+38, -2.5, -0, 1,
// maximumf
// CHECK-SAME: {{^}} 1.5, 0, inf, nan, 3.00000001e+38, nan, 0, 3,
// minimumf
// CHECK-SAME: {{^}} 0.25, -0, -inf, nan, 3.00000001e+38, nan, -0, 1,
// select
// CHECK-SAME: {{^}} 0.25, 0, -inf, 1, 3.00000001e+38, nan, -0, 1]
// CHECK: arg1 = [
// false
// CHECK-SAME: {{^}}0, 0, 0, 0, 0, 0, 0, 0,
// oeq
// CHECK-SAME: {{^}} 0, 1, 0, 0, 1, 0, 1, 0,
// ogt
// CHECK-SAME: {{^}} 1, 0, 1, 0, 0, 0, 0, 0,
// oge
// CHECK-SAME: {{^}} 1, 1, 1, 0, 1, 0, 1, 0,
// olt
// CHECK-SAME: {{^}} 0, 0, 0, 0, 0, 0, 0, 1,
// ole
// CHECK-SAME: {{^}} 0, 1, 0, 0, 1, 0, 1, 1,
// one
// CHECK-SAME: {{^}} 1, 0, 1, 0, 0, 0, 0, 1,
// ord
// CHECK-SAME: {{^}} 1, 1, 1, 0, 1, 0, 1, 1,
// ueq
// CHECK-SAME: {{^}} 0, 1, 0, 1, 1, 1, 1, 0,
// ugt
// CHECK-SAME: {{^}} 1, 0, 1, 1, 0, 1, 0, 0,
// uge
// CHECK-SAME: {{^}} 1, 1, 1, 1, 1, 1, 1, 0,
// ult
// CHECK-SAME: {{^}} 0, 0, 0, 1, 0, 1, 0, 1,
// ule
// CHECK-SAME: {{^}} 0, 1, 0, 1, 1, 1, 1, 1,
// une
// CHECK-SAME: {{^}} 1, 0, 1, 1, 0, 1, 0, 1,
// uno
// CHECK-SAME: {{^}} 0, 0, 0, 1, 0, 1, 0, 0,
// true
// CHECK-SAME: {{^}} 1, 1, 1, 1, 1, 1, 1, 1]
// CHECK: arg2 = [
// addf
// CHECK-SAME: {{^}}1, 0.299804688, inf, 1.1920929e-07,
// mulf
// CHECK-SAME: {{^}} 0.00048828125, 0.0199890137, inf, 0,
// divf
// CHECK-SAME: {{^}} 2048, 0.5, 4094, 1]
// CHECK: arg3 = [
// addf
// CHECK-SAME: {{^}}1, 0.30078125, inf, 256,
// mulf
// CHECK-SAME: {{^}} 0.00390625, 0.0200195312, inf, 256]
// CHECK: arg4 = [
// addf
// CHECK-SAME: {{^}}0.30000000000000004, 2.0000000000000001e+300,
// mulf
// CHECK-SAME: {{^}} 0.020000000000000004, inf]
func.func @test(%arg0: !tile.ptr<f32>, %arg1: !tile.ptr<i1>, %arg2: !tile.ptr<f16>, %arg3: !tile.ptr<bf16>, %arg4: !tile.ptr<f64>) attributes {tile.kernel} {
  %zero = arith.constant 0 : i64
  %n4 = arith.constant 2 : i64
  %n3 = arith.constant 4 : i64
  %n2 = arith.constant 4 : i64
  %n1 = arith.constant 8 : i64
  %n0 = arith.constant 8 : i64
  %v0 = tile.view %arg0, shape [] strides [%n0] : !tile.view<11x8xf32>
  %x = arith.constant dense<[1.5, -0.0, 0x7F800000, 0x7FC00000, 3.0000000054977558e+38, -2.5, 0.0, 1.0]> : tensor<8xf32>
  %y = arith.constant dense<[0.25, 0.0, 0xFF800000, 1.0, 3.0000000054977558e+38, 0x7FC00000, -0.0, 3.0]> : tensor<8xf32>
  %addf_f32 = arith.addf %x, %y : tensor<8xf32>
  %at0_0 = arith.constant 0 : i64
  tile.store_view %addf_f32, %v0[%at0_0, %zero] dims [1] : tensor<8xf32>, !tile.view<11x8xf32>
  %subf_f32 = arith.subf %x, %y : tensor<8xf32>
  %at0_1 = arith.constant 1 : i64
  tile.store_view %subf_f32, %v0[%at0_1, %zero] dims [1] : tensor<8xf32>, !tile.view<11x8xf32>
  %mulf_f32 = arith.mulf %x, %y : tensor<8xf32>
  %at0_2 = arith.constant 2 : i64
  tile.store_view %mulf_f32, %v0[%at0_2, %zero] dims [1] : tensor<8xf32>, !tile.view<11x8xf32>
  %divf_f32 = arith.divf %x, %y : tensor<8xf32>
  %at0_3 = arith.constant 3 : i64
  tile.store_view %divf_f32, %v0[%at0_3, %zero] dims [1] : tensor<8xf32>, !tile.view<11x8xf32>
  %remf_f32 = arith.remf %x, %y : tensor<8xf32>
  %at0_4 = arith.constant 4 : i64
  tile.store_view %remf_f32, %v0[%at0_4, %zero] dims [1] : tensor<8xf32>, !tile.view<11x8xf32>
  %neg = arith.negf %x : tensor<8xf32>
  %at0_5 = arith.constant 5 : i64
  tile.store_view %neg, %v0[%at0_5, %zero] dims [1] : tensor<8xf32>, !tile.view<11x8xf32>
  %maxnumf_f32 = arith.maxnumf %x, %y : tensor<8xf32>
  %at0_6 = arith.constant 6 : i64
  tile.store_view %maxnumf_f32, %v0[%at0_6, %zero] dims [1] : tensor<8xf32>, !tile.view<11x8xf32>
  %minnumf_f32 = arith.minnumf %x, %y : tensor<8xf32>
  %at0_7 = arith.constant 7 : i64
  tile.store_view %minnumf_f32, %v0[%at0_7, %zero] dims [1] : tensor<8xf32>, !tile.view<11x8xf32>
  %maximumf_f32 = arith.maximumf %x, %y : tensor<8xf32>
  %at0_8 = arith.constant 8 : i64
  tile.store_view %maximumf_f32, %v0[%at0_8, %zero] dims [1] : tensor<8xf32>, !tile.view<11x8xf32>
  %minimumf_f32 = arith.minimumf %x, %y : tensor<8xf32>
  %at0_9 = arith.constant 9 : i64
  tile.store_view %minimumf_f32, %v0[%at0_9, %zero] dims [1] : tensor<8xf32>, !tile.view<11x8xf32>
  %lt = arith.cmpf olt, %x, %y : tensor<8xf32>
  %sel = arith.select %lt, %x, %y : tensor<8xi1>, tensor<8xf32>
  %at0_10 = arith.constant 10 : i64
  tile.store_view %sel, %v0[%at0_10, %zero] dims [1] : tensor<8xf32>, !tile.view<11x8xf32>
  %v1 = tile.view %arg1, shape [] strides [%n1] : !tile.view<16x8xi1>
  %cfalse = arith.cmpf false, %x, %y : tensor<8xf32>
  %at1_0 = arith.constant 0 : i64
  tile.store_view %cfalse, %v1[%at1_0, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %coeq = arith.cmpf oeq, %x, %y : tensor<8xf32>
  %at1_1 = arith.constant 1 : i64
  tile.store_view %coeq, %v1[%at1_1, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %cogt = arith.cmpf ogt, %x, %y : tensor<8xf32>
  %at1_2 = arith.constant 2 : i64
  tile.store_view %cogt, %v1[%at1_2, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %coge = arith.cmpf oge, %x, %y : tensor<8xf32>
  %at1_3 = arith.constant 3 : i64
  tile.store_view %coge, %v1[%at1_3, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %colt = arith.cmpf olt, %x, %y : tensor<8xf32>
  %at1_4 = arith.constant 4 : i64
  tile.store_view %colt, %v1[%at1_4, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %cole = arith.cmpf ole, %x, %y : tensor<8xf32>
  %at1_5 = arith.constant 5 : i64
  tile.store_view %cole, %v1[%at1_5, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %cone = arith.cmpf one, %x, %y : tensor<8xf32>
  %at1_6 = arith.constant 6 : i64
  tile.store_view %cone, %v1[%at1_6, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %cord = arith.cmpf ord, %x, %y : tensor<8xf32>
  %at1_7 = arith.constant 7 : i64
  tile.store_view %cord, %v1[%at1_7, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %cueq = arith.cmpf ueq, %x, %y : tensor<8xf32>
  %at1_8 = arith.constant 8 : i64
  tile.store_view %cueq, %v1[%at1_8, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %cugt = arith.cmpf ugt, %x, %y : tensor<8xf32>
  %at1_9 = arith.constant 9 : i64
  tile.store_view %cugt, %v1[%at1_9, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %cuge = arith.cmpf uge, %x, %y : tensor<8xf32>
  %at1_10 = arith.constant 10 : i64
  tile.store_view %cuge, %v1[%at1_10, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %cult = arith.cmpf ult, %x, %y : tensor<8xf32>
  %at1_11 = arith.constant 11 : i64
  tile.store_view %cult, %v1[%at1_11, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %cule = arith.cmpf ule, %x, %y : tensor<8xf32>
  %at1_12 = arith.constant 12 : i64
  tile.store_view %cule, %v1[%at1_12, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %cune = arith.cmpf une, %x, %y : tensor<8xf32>
  %at1_13 = arith.constant 13 : i64
  tile.store_view %cune, %v1[%at1_13, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %cuno = arith.cmpf uno, %x, %y : tensor<8xf32>
  %at1_14 = arith.constant 14 : i64
  tile.store_view %cuno, %v1[%at1_14, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %ctrue = arith.cmpf true, %x, %y : tensor<8xf32>
  %at1_15 = arith.constant 15 : i64
  tile.store_view %ctrue, %v1[%at1_15, %zero] dims [1] : tensor<8xi1>, !tile.view<16x8xi1>
  %v2 = tile.view %arg2, shape [] strides [%n2] : !tile.view<3x4xf16>
  %h = arith.constant dense<[1.0, 0.0999755859375, 65504.0, 5.960464477539063e-08]> : tensor<4xf16>
  %k = arith.constant dense<[0.00048828125, 0.199951171875, 16.0, 5.960464477539063e-08]> : tensor<4xf16>
  %addf_f16 = arith.addf %h, %k : tensor<4xf16>
  %at2_0 = arith.constant 0 : i64
  tile.store_view %addf_f16, %v2[%at2_0, %zero] dims [1] : tensor<4xf16>, !tile.view<3x4xf16>
  %mulf_f16 = arith.mulf %h, %k : tensor<4xf16>
  %at2_1 = arith.constant 1 : i64
  tile.store_view %mulf_f16, %v2[%at2_1, %zero] dims [1] : tensor<4xf16>, !tile.view<3x4xf16>
  %divf_f16 = arith.divf %h, %k : tensor<4xf16>
  %at2_2 = arith.constant 2 : i64
  tile.store_view %divf_f16, %v2[%at2_2, %zero] dims [1] : tensor<4xf16>, !tile.view<3x4xf16>
  %v3 = tile.view %arg3, shape [] strides [%n3] : !tile.view<2x4xbf16>
  %p = arith.constant dense<[1.0, 0.10009765625, 3.00405527047391e+38, 256.0]> : tensor<4xbf16>
  %q = arith.constant dense<[0.00390625, 0.2001953125, 3.00405527047391e+38, 1.0]> : tensor<4xbf16>
  %addf_bf16 = arith.addf %p, %q : tensor<4xbf16>
  %at3_0 = arith.constant 0 : i64
  tile.store_view %addf_bf16, %v3[%at3_0, %zero] dims [1] : tensor<4xbf16>, !tile.view<2x4xbf16>
  %mulf_bf16 = arith.mulf %p, %q : tensor<4xbf16>
  %at3_1 = arith.constant 1 : i64
  tile.store_view %mulf_bf16, %v3[%at3_1, %zero] dims [1] : tensor<4xbf16>, !tile.view<2x4xbf16>
  %v4 = tile.view %arg4, shape [] strides [%n4] : !tile.view<2x2xf64>
  %d = arith.constant dense<[0.1, 1.0e+300]> : tensor<2xf64>
  %e = arith.constant dense<[0.2, 1.0e+300]> : tensor<2xf64>
  %addf_f64 = arith.addf %d, %e : tensor<2xf64>
  %at4_0 = arith.constant 0 : i64
  tile.store_view %addf_f64, %v4[%at4_0, %zero] dims [1] : tensor<2xf64>, !tile.view<2x2xf64>
  %mulf_f64 = arith.mulf %d, %e : tensor<2xf64>
  %at4_1 = arith.constant 1 : i64
  tile.store_view %mulf_f64, %v4[%at4_1, %zero] dims [1] : tensor<2xf64>, !tile.view<2x2xf64>
  return
}
