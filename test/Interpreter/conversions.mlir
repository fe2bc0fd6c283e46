// Conversions round once, saturate to integers as the hardware does, and cut off bits.
// RUN: mla-interpret %s --argument "arg0=*i8:12?" --argument "arg1=*i32:24?" --argument "arg2=*fp32:12?" --argument "arg3=*fp16:8?" --print all | FileCheck %s

// CHECK: arg0 = [
// fptosi
// CHECK-SAME: {{^}}1, -2, 127, 0, -128, 127,
// fptoui
// CHECK-SAME: {{^}} 1, 0, -1, 0, 0, -1]
// CHECK: arg1 = [
// extsi
// CHECK-SAME: {{^}}-1, 127, -128, 5,
// extui
// CHECK-SAME: {{^}} 255, 127, 128, 5,
// trunci
// CHECK-SAME: {{^}} 1, -1, 0, 7,
// extsi and extui of i1
// CHECK-SAME: {{^}} -1, 0, -1, 0,
// CHECK-SAME: {{^}} 1, 0, 1, 0,
// bitcast
// CHECK-SAME: {{^}} 1065353216, -2147483648, 2139095040, 2143289344]
// CHECK: arg2 = [
// sitofp
// CHECK-SAME: {{^}}16777216, -16777216, 2.14748365e+09, 5,
// uitofp
// CHECK-SAME: {{^}} 16777216, 4.27819008e+09, 2.14748365e+09, 5,
// extf
// CHECK-SAME: {{^}} 1.00097656, 5.96046448e-08, inf, nan]
// CHECK: arg3 = [
// truncf from f64: once, not by way of f32
// CHECK-SAME: {{^}}1.00097656, 1, inf, -0,
// truncf toward zero
// CHECK-SAME: {{^}} 1, 1, 65504, -0]
func.func @test(%arg0: !tile.ptr<i8>, %arg1: !tile.ptr<i32>, %arg2: !tile.ptr<f32>, %arg3: !tile.ptr<f16>) attributes {tile.kernel} {
  %zero = arith.constant 0 : i64
  %bits = arith.constant dense<[1.0, -0.0, 0x7F800000, 0x7FC00000]> : tensor<4xf32>
  %half = arith.constant dense<[0x3C01, 0x0001, 0x7C00, 0x7E00]> : tensor<4xf16>
  %n3 = arith.constant 4 : i64
  %n2 = arith.constant 4 : i64
  %n1 = arith.constant 4 : i64
  %n0 = arith.constant 6 : i64
  %v0 = tile.view %arg0, shape [] strides [%n0] : !tile.view<2x6xi8>
  %c = arith.constant dense<[1.5, -2.700000047683716, 300.0, 0x7FC00000, 0xFF800000, 3000000000.0]> : tensor<6xf32>
  %si = arith.fptosi %c : tensor<6xf32> to tensor<6xi8>
  %at0_0 = arith.constant 0 : i64
  tile.store_view %si, %v0[%at0_0, %zero] dims [1] : tensor<6xi8>, !tile.view<2x6xi8>
  %ui = arith.fptoui %c : tensor<6xf32> to tensor<6xi8>
  %at0_1 = arith.constant 1 : i64
  tile.store_view %ui, %v0[%at0_1, %zero] dims [1] : tensor<6xi8>, !tile.view<2x6xi8>
  %v1 = tile.view %arg1, shape [] strides [%n1] : !tile.view<6x4xi32>
  %j = arith.constant dense<[-1, 127, -128, 5]> : tensor<4xi8>
  %w = arith.constant dense<[4294967297, -1, 1099511627776, 7]> : tensor<4xi64>
  %one = arith.constant dense<[true, false, true, false]> : tensor<4xi1>
  %es = arith.extsi %j : tensor<4xi8> to tensor<4xi32>
  %at1_0 = arith.constant 0 : i64
  tile.store_view %es, %v1[%at1_0, %zero] dims [1] : tensor<4xi32>, !tile.view<6x4xi32>
  %eu = arith.extui %j : tensor<4xi8> to tensor<4xi32>
  %at1_1 = arith.constant 1 : i64
  tile.store_view %eu, %v1[%at1_1, %zero] dims [1] : tensor<4xi32>, !tile.view<6x4xi32>
  %tr = arith.trunci %w : tensor<4xi64> to tensor<4xi32>
  %at1_2 = arith.constant 2 : i64
  tile.store_view %tr, %v1[%at1_2, %zero] dims [1] : tensor<4xi32>, !tile.view<6x4xi32>
  %e1 = arith.extsi %one : tensor<4xi1> to tensor<4xi32>
  %at1_3 = arith.constant 3 : i64
  tile.store_view %e1, %v1[%at1_3, %zero] dims [1] : tensor<4xi32>, !tile.view<6x4xi32>
  %e2 = arith.extui %one : tensor<4xi1> to tensor<4xi32>
  %at1_4 = arith.constant 4 : i64
  tile.store_view %e2, %v1[%at1_4, %zero] dims [1] : tensor<4xi32>, !tile.view<6x4xi32>
  %bc = arith.bitcast %bits : tensor<4xf32> to tensor<4xi32>
  %at1_5 = arith.constant 5 : i64
  tile.store_view %bc, %v1[%at1_5, %zero] dims [1] : tensor<4xi32>, !tile.view<6x4xi32>
  %v2 = tile.view %arg2, shape [] strides [%n2] : !tile.view<3x4xf32>
  %big = arith.constant dense<[16777217, -16777217, 2147483647, 5]> : tensor<4xi32>
  %sf = arith.sitofp %big : tensor<4xi32> to tensor<4xf32>
  %at2_0 = arith.constant 0 : i64
  tile.store_view %sf, %v2[%at2_0, %zero] dims [1] : tensor<4xf32>, !tile.view<3x4xf32>
  %uf = arith.uitofp %big : tensor<4xi32> to tensor<4xf32>
  %at2_1 = arith.constant 1 : i64
  tile.store_view %uf, %v2[%at2_1, %zero] dims [1] : tensor<4xf32>, !tile.view<3x4xf32>
  %xf = arith.extf %half : tensor<4xf16> to tensor<4xf32>
  %at2_2 = arith.constant 2 : i64
  tile.store_view %xf, %v2[%at2_2, %zero] dims [1] : tensor<4xf32>, !tile.view<3x4xf32>
  %v3 = tile.view %arg3, shape [] strides [%n3] : !tile.view<2x4xf16>
  %d = arith.constant dense<[1.0004882812509095, 1.00048828125, 65520.0, -1.0e-09]> : tensor<4xf64>
  %tf = arith.truncf %d : tensor<4xf64> to tensor<4xf16>
  %at3_0 = arith.constant 0 : i64
  tile.store_view %tf, %v3[%at3_0, %zero] dims [1] : tensor<4xf16>, !tile.view<2x4xf16>
  %tz = arith.truncf %d toward_zero : tensor<4xf64> to tensor<4xf16>
  %at3_1 = arith.constant 1 : i64
  tile.store_view %tz, %v3[%at3_1, %zero] dims [1] : tensor<4xf16>, !tile.view<2x4xf16>
  return
}
