// Functions of the math dialect are computed in double and rounded once.
// RUN: mla-interpret %s --argument "arg0=*fp32:204?" --argument "arg1=*i8:24?" --argument "arg2=*i1:18?" --print all | FileCheck %s

// CHECK: arg0 = [
// sqrt
// CHECK-SAME: {{^}}0.707106769, 1.41421354, nan, 0, nan, inf,
// rsqrt
// CHECK-SAME: {{^}} 1.41421354, 0.707106769, nan, inf, nan, 0,
// cbrt
// CHECK-SAME: {{^}} 0.793700516, 1.25992107, -1, 0, nan, inf,
// exp
// CHECK-SAME: {{^}} 1.64872122, 7.38905621, 0.36787945, 1, nan, inf,
// exp2
// CHECK-SAME: {{^}} 1.41421354, 4, 0.5, 1, nan, inf,
// expm1
// CHECK-SAME: {{^}} 0.648721278, 6.38905621, -0.63212055, 0, nan, inf,
// log
// CHECK-SAME: {{^}} -0.693147182, 0.693147182, nan, -inf, nan, inf,
// log2
// CHECK-SAME: {{^}} -1, 1, nan, -inf, nan, inf,
// log10
// CHECK-SAME: {{^}} -0.30103001, 0.30103001, nan, -inf, nan, inf,
// log1p
// CHECK-SAME: {{^}} 0.405465096, 1.09861231, -inf, 0, nan, inf,
// sin
// CHECK-SAME: {{^}} 0.47942555, 0.909297407, -0.841470957, 0, nan, nan,
// cos
// CHECK-SAME: {{^}} 0.87758255, -0.416146845, 0.540302277, 1, nan, nan,
// tan
// CHECK-SAME: {{^}} 0.546302497, -2.18503976, -1.55740774, 0, nan, nan,
// asin
// CHECK-SAME: {{^}} 0.52359879, nan, -1.57079637, 0, nan, nan,
// acos
// CHECK-SAME: {{^}} 1.04719758, nan, 3.14159274, 1.57079637, nan, nan,
// atan
// CHECK-SAME: {{^}} 0.463647604, 1.10714877, -0.785398185, 0, nan, 1.57079637,
// sinh
// CHECK-SAME: {{^}} 0.521095276, 3.62686038, -1.17520118, 0, nan, inf,
// cosh
// CHECK-SAME: {{^}} 1.12762594, 3.76219559, 1.54308069, 1, nan, inf,
// tanh
// CHECK-SAME: {{^}} 0.462117165, 0.964027584, -0.761594176, 0, nan, 1,
// asinh
// CHECK-SAME: {{^}} 0.481211811, 1.44363546, -0.881373584, 0, nan, inf,
// acosh
// CHECK-SAME: {{^}} nan, 1.31695795, nan, nan, nan, inf,
// atanh
// CHECK-SAME: {{^}} 0.549306154, nan, -inf, 0, nan, nan,
// erf
// CHECK-SAME: {{^}} 0.520499885, 0.995322287, -0.842700779, 0, nan, 1,
// erfc
// CHECK-SAME: {{^}} 0.479500115, 0.0046777348, 1.84270084, 1, nan, 0,
// absf
// CHECK-SAME: {{^}} 0.5, 2, 1, 0, nan, inf,
// floor
// CHECK-SAME: {{^}} 0, 1, -1, -2, 2, -3,
// ceil
// CHECK-SAME: {{^}} 1, 2, -0, -1, 3, -2,
// trunc
// CHECK-SAME: {{^}} 0, 1, -0, -1, 2, -2,
// round
// CHECK-SAME: {{^}} 1, 2, -1, -1, 3, -3,
// roundeven
// CHECK-SAME: {{^}} 0, 2, -0, -1, 3, -2,
// copysign
// CHECK-SAME: {{^}} 0.5, 2, -1, -0, nan, -inf,
// powf
// CHECK-SAME: {{^}} 0.707106769, 1.83711731, nan, nan, 14.6110764, nan,
// atan2
// CHECK-SAME: {{^}} 0.785398185, 0.927295208, -2.03444386, 3.14159274, nan, 1.57079637,
// fma: one rounding
// CHECK-SAME: {{^}} 0.000488340855, 0.000488340855, 0.000488340855, 0.000488340855, 0.000488340855, 0.000488340855]
// CHECK: arg1 = [
// absi
// CHECK-SAME: {{^}}0, 1, 1, 12, -128, 64,
// ctpop
// CHECK-SAME: {{^}} 0, 1, 8, 2, 1, 1,
// ctlz
// CHECK-SAME: {{^}} 8, 7, 0, 4, 0, 1,
// cttz
// CHECK-SAME: {{^}} 8, 0, 0, 2, 7, 6]
// CHECK: arg2 = [
// isnan
// CHECK-SAME: {{^}}0, 0, 0, 0, 1, 0,
// isinf
// CHECK-SAME: {{^}} 0, 0, 0, 0, 0, 1,
// isfinite
// CHECK-SAME: {{^}} 1, 1, 1, 1, 0, 0]
func.func @test(%arg0: !tile.ptr<f32>, %arg1: !tile.ptr<i8>, %arg2: !tile.ptr<i1>) attributes {tile.kernel} {
  %zero = arith.constant 0 : i64
  %n2 = arith.constant 6 : i64
  %n1 = arith.constant 6 : i64
  %n0 = arith.constant 6 : i64
  %v0 = tile.view %arg0, shape [] strides [%n0] : !tile.view<34x6xf32>
  %v = arith.constant dense<[0.5, 2.0, -1.0, 0.0, 0x7FC00000, 0x7F800000]> : tensor<6xf32>
  %r = arith.constant dense<[0.5, 1.5, -0.5, -1.2000000476837158, 2.700000047683716, -2.5]> : tensor<6xf32>
  %f = arith.constant dense<[1.000244140625, 1.000244140625, 1.000244140625, 1.000244140625, 1.000244140625, 1.000244140625]> : tensor<6xf32>
  %g = arith.constant dense<[-1.0, -1.0, -1.0, -1.0, -1.0, -1.0]> : tensor<6xf32>
  %sqrt = math.sqrt %v : tensor<6xf32>
  %at0_0 = arith.constant 0 : i64
  tile.store_view %sqrt, %v0[%at0_0, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %rsqrt = math.rsqrt %v : tensor<6xf32>
  %at0_1 = arith.constant 1 : i64
  tile.store_view %rsqrt, %v0[%at0_1, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %cbrt = math.cbrt %v : tensor<6xf32>
  %at0_2 = arith.constant 2 : i64
  tile.store_view %cbrt, %v0[%at0_2, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %exp = math.exp %v : tensor<6xf32>
  %at0_3 = arith.constant 3 : i64
  tile.store_view %exp, %v0[%at0_3, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %exp2 = math.exp2 %v : tensor<6xf32>
  %at0_4 = arith.constant 4 : i64
  tile.store_view %exp2, %v0[%at0_4, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %expm1 = math.expm1 %v : tensor<6xf32>
  %at0_5 = arith.constant 5 : i64
  tile.store_view %expm1, %v0[%at0_5, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %log = math.log %v : tensor<6xf32>
  %at0_6 = arith.constant 6 : i64
  tile.store_view %log, %v0[%at0_6, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %log2 = math.log2 %v : tensor<6xf32>
  %at0_7 = arith.constant 7 : i64
  tile.store_view %log2, %v0[%at0_7, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %log10 = math.log10 %v : tensor<6xf32>
  %at0_8 = arith.constant 8 : i64
  tile.store_view %log10, %v0[%at0_8, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %log1p = math.log1p %v : tensor<6xf32>
  %at0_9 = arith.constant 9 : i64
  tile.store_view %log1p, %v0[%at0_9, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %sin = math.sin %v : tensor<6xf32>
  %at0_10 = arith.constant 10 : i64
  tile.store_view %sin, %v0[%at0_10, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %cos = math.cos %v : tensor<6xf32>
  %at0_11 = arith.constant 11 : i64
  tile.store_view %cos, %v0[%at0_11, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %tan = math.tan %v : tensor<6xf32>
  %at0_12 = arith.constant 12 : i64
  tile.store_view %tan, %v0[%at0_12, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %asin = math.asin %v : tensor<6xf32>
  %at0_13 = arith.constant 13 : i64
  tile.store_view %asin, %v0[%at0_13, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %acos = math.acos %v : tensor<6xf32>
  %at0_14 = arith.constant 14 : i64
  tile.store_view %acos, %v0[%at0_14, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %atan = math.atan %v : tensor<6xf32>
  %at0_15 = arith.constant 15 : i64
  tile.store_view %atan, %v0[%at0_15, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %sinh = math.sinh %v : tensor<6xf32>
  %at0_16 = arith.constant 16 : i64
  tile.store_view %sinh, %v0[%at0_16, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %cosh = math.cosh %v : tensor<6xf32>
  %at0_17 = arith.constant 17 : i64
  tile.store_view %cosh, %v0[%at0_17, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %tanh = math.tanh %v : tensor<6xf32>
  %at0_18 = arith.constant 18 : i64
  tile.store_view %tanh, %v0[%at0_18, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %asinh = math.asinh %v : tensor<6xf32>
  %at0_19 = arith.constant 19 : i64
  tile.store_view %asinh, %v0[%at0_19, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %acosh = math.acosh %v : tensor<6xf32>
  %at0_20 = arith.constant 20 : i64
  tile.store_view %acosh, %v0[%at0_20, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %atanh = math.atanh %v : tensor<6xf32>
  %at0_21 = arith.constant 21 : i64
  tile.store_view %atanh, %v0[%at0_21, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %erf = math.erf %v : tensor<6xf32>
  %at0_22 = arith.constant 22 : i64
  tile.store_view %erf, %v0[%at0_22, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %erfc = math.erfc %v : tensor<6xf32>
  %at0_23 = arith.constant 23 : i64
  tile.store_view %erfc, %v0[%at0_23, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %absf = math.absf %v : tensor<6xf32>
  %at0_24 = arith.constant 24 : i64
  tile.store_view %absf, %v0[%at0_24, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %floor = math.floor %r : tensor<6xf32>
  %at0_25 = arith.constant 25 : i64
  tile.store_view %floor, %v0[%at0_25, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %ceil = math.ceil %r : tensor<6xf32>
  %at0_26 = arith.constant 26 : i64
  tile.store_view %ceil, %v0[%at0_26, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %trunc = math.trunc %r : tensor<6xf32>
  %at0_27 = arith.constant 27 : i64
  tile.store_view %trunc, %v0[%at0_27, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %round = math.round %r : tensor<6xf32>
  %at0_28 = arith.constant 28 : i64
  tile.store_view %round, %v0[%at0_28, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %roundeven = math.roundeven %r : tensor<6xf32>
  %at0_29 = arith.constant 29 : i64
  tile.store_view %roundeven, %v0[%at0_29, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %cs = math.copysign %v, %r : tensor<6xf32>
  %at0_30 = arith.constant 30 : i64
  tile.store_view %cs, %v0[%at0_30, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %pw = math.powf %r, %r : tensor<6xf32>
  %at0_31 = arith.constant 31 : i64
  tile.store_view %pw, %v0[%at0_31, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %at = math.atan2 %v, %r : tensor<6xf32>
  %at0_32 = arith.constant 32 : i64
  tile.store_view %at, %v0[%at0_32, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %fma = math.fma %f, %f, %g : tensor<6xf32>
  %at0_33 = arith.constant 33 : i64
  tile.store_view %fma, %v0[%at0_33, %zero] dims [1] : tensor<6xf32>, !tile.view<34x6xf32>
  %v1 = tile.view %arg1, shape [] strides [%n1] : !tile.view<4x6xi8>
  %i = arith.constant dense<[0, 1, -1, 12, -128, 64]> : tensor<6xi8>
  %absi = math.absi %i : tensor<6xi8>
  %at1_0 = arith.constant 0 : i64
  tile.store_view %absi, %v1[%at1_0, %zero] dims [1] : tensor<6xi8>, !tile.view<4x6xi8>
  %ctpop = math.ctpop %i : tensor<6xi8>
  %at1_1 = arith.constant 1 : i64
  tile.store_view %ctpop, %v1[%at1_1, %zero] dims [1] : tensor<6xi8>, !tile.view<4x6xi8>
  %ctlz = math.ctlz %i : tensor<6xi8>
  %at1_2 = arith.constant 2 : i64
  tile.store_view %ctlz, %v1[%at1_2, %zero] dims [1] : tensor<6xi8>, !tile.view<4x6xi8>
  %cttz = math.cttz %i : tensor<6xi8>
  %at1_3 = arith.constant 3 : i64
  tile.store_view %cttz, %v1[%at1_3, %zero] dims [1] : tensor<6xi8>, !tile.view<4x6xi8>
  %v2 = tile.view %arg2, shape [] strides [%n2] : !tile.view<3x6xi1>
  %isnan = math.isnan %v : tensor<6xf32>
  %at2_0 = arith.constant 0 : i64
  tile.store_view %isnan, %v2[%at2_0, %zero] dims [1] : tensor<6xi1>, !tile.view<3x6xi1>
  %isinf = math.isinf %v : tensor<6xf32>
  %at2_1 = arith.constant 1 : i64
  tile.store_view %isinf, %v2[%at2_1, %zero] dims [1] : tensor<6xi1>, !tile.view<3x6xi1>
  %isfinite = math.isfinite %v : tensor<6xf32>
  %at2_2 = arith.constant 2 : i64
  tile.store_view %isfinite, %v2[%at2_2, %zero] dims [1] : tensor<6xi1>, !tile.view<3x6xi1>
  return
}
