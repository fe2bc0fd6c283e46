// Shifts, rounded divisions, extended products and comparisons of i32; shifts by more than the width give 0 or the sign.
// RUN: mla-interpret %s --argument "arg0=*i32:55?" --argument "arg1=*i1:55?" --print all | FileCheck %s

// CHECK: arg0 = [
// shli
// CHECK-SAME: {{^}}14, -56, 0, -2147483648, 0,
// shrsi
// CHECK-SAME: {{^}} 3, -1, -1073741824, 0, 0,
// shrui
// CHECK-SAME: {{^}} 3, 536870911, 1073741824, 0, 0,
// floordivsi
// CHECK-SAME: {{^}} 3, -4, -2147483648, 715827882, -3,
// ceildivsi
// CHECK-SAME: {{^}} 4, -3, -2147483648, 715827883, -2,
// ceildivui
// CHECK-SAME: {{^}} 4, 2147483645, 1, 715827883, 1,
// minui
// CHECK-SAME: {{^}} 2, 2, -2147483648, 3, 12,
// mulsi_extended, low and high
// CHECK-SAME: {{^}} 14, -14, -2147483648, 2147483645, -60,
// CHECK-SAME: {{^}} 0, -1, 0, 1, -1,
// mului_extended, high
// CHECK-SAME: {{^}} 0, 1, 2147483647, 1, 11,
// addui_extended
// CHECK-SAME: {{^}} 9, -5, 2147483647, -2147483646, 7]
// CHECK: arg1 = [
// carry
// CHECK-SAME: {{^}}0, 0, 1, 0, 1,
// eq
// CHECK-SAME: {{^}} 0, 0, 0, 0, 0,
// ne
// CHECK-SAME: {{^}} 1, 1, 1, 1, 1,
// slt
// CHECK-SAME: {{^}} 0, 1, 1, 0, 0,
// sle
// CHECK-SAME: {{^}} 0, 1, 1, 0, 0,
// sgt
// CHECK-SAME: {{^}} 1, 0, 0, 1, 1,
// sge
// CHECK-SAME: {{^}} 1, 0, 0, 1, 1,
// ult
// CHECK-SAME: {{^}} 0, 0, 1, 0, 1,
// ule
// CHECK-SAME: {{^}} 0, 0, 1, 0, 1,
// ugt
// CHECK-SAME: {{^}} 1, 1, 0, 1, 0,
// uge
// CHECK-SAME: {{^}} 1, 1, 0, 1, 0]
func.func @test(%arg0: !tile.ptr<i32>, %arg1: !tile.ptr<i1>) attributes {tile.kernel} {
  %zero = arith.constant 0 : i64
  %n1 = arith.constant 5 : i64
  %n0 = arith.constant 5 : i64
  %v0 = tile.view %arg0, shape [] strides [%n0] : !tile.view<11x5xi32>
  %a = arith.constant dense<[7, -7, -2147483648, 2147483647, 12]> : tensor<5xi32>
  %b = arith.constant dense<[2, 2, -1, 3, -5]> : tensor<5xi32>
  %s = arith.constant dense<[1, 3, 1, 31, 40]> : tensor<5xi32>
  %shli = arith.shli %a, %s : tensor<5xi32>
  %at0_0 = arith.constant 0 : i64
  tile.store_view %shli, %v0[%at0_0, %zero] dims [1] : tensor<5xi32>, !tile.view<11x5xi32>
  %shrsi = arith.shrsi %a, %s : tensor<5xi32>
  %at0_1 = arith.constant 1 : i64
  tile.store_view %shrsi, %v0[%at0_1, %zero] dims [1] : tensor<5xi32>, !tile.view<11x5xi32>
  %shrui = arith.shrui %a, %s : tensor<5xi32>
  %at0_2 = arith.constant 2 : i64
  tile.store_view %shrui, %v0[%at0_2, %zero] dims [1] : tensor<5xi32>, !tile.view<11x5xi32>
  %floordivsi = arith.floordivsi %a, %b : tensor<5xi32>
  %at0_3 = arith.constant 3 : i64
  tile.store_view %floordivsi, %v0[%at0_3, %zero] dims [1] : tensor<5xi32>, !tile.view<11x5xi32>
  %ceildivsi = arith.ceildivsi %a, %b : tensor<5xi32>
  %at0_4 = arith.constant 4 : i64
  tile.store_view %ceildivsi, %v0[%at0_4, %zero] dims [1] : tensor<5xi32>, !tile.view<11x5xi32>
  %ceildivui = arith.ceildivui %a, %b : tensor<5xi32>
  %at0_5 = arith.constant 5 : i64
  tile.store_view %ceildivui, %v0[%at0_5, %zero] dims [1] : tensor<5xi32>, !tile.view<11x5xi32>
  %minui = arith.minui %a, %b : tensor<5xi32>
  %at0_6 = arith.constant 6 : i64
  tile.store_view %minui, %v0[%at0_6, %zero] dims [1] : tensor<5xi32>, !tile.view<11x5xi32>
  %ls, %hs = arith.mulsi_extended %a, %b : tensor<5xi32>
  %at0_7 = arith.constant 7 : i64
  tile.store_view %ls, %v0[%at0_7, %zero] dims [1] : tensor<5xi32>, !tile.view<11x5xi32>
  %at0_8 = arith.constant 8 : i64
  tile.store_view %hs, %v0[%at0_8, %zero] dims [1] : tensor<5xi32>, !tile.view<11x5xi32>
  %lu, %hu = arith.mului_extended %a, %b : tensor<5xi32>
  %at0_9 = arith.constant 9 : i64
  tile.store_view %hu, %v0[%at0_9, %zero] dims [1] : tensor<5xi32>, !tile.view<11x5xi32>
  %sum, %carry = arith.addui_extended %a, %b : tensor<5xi32>, tensor<5xi1>
  %at0_10 = arith.constant 10 : i64
  tile.store_view %sum, %v0[%at0_10, %zero] dims [1] : tensor<5xi32>, !tile.view<11x5xi32>
  %v1 = tile.view %arg1, shape [] strides [%n1] : !tile.view<11x5xi1>
  %at1_0 = arith.constant 0 : i64
  tile.store_view %carry, %v1[%at1_0, %zero] dims [1] : tensor<5xi1>, !tile.view<11x5xi1>
  %eq = arith.cmpi eq, %a, %b : tensor<5xi32>
  %at1_1 = arith.constant 1 : i64
  tile.store_view %eq, %v1[%at1_1, %zero] dims [1] : tensor<5xi1>, !tile.view<11x5xi1>
  %ne = arith.cmpi ne, %a, %b : tensor<5xi32>
  %at1_2 = arith.constant 2 : i64
  tile.store_view %ne, %v1[%at1_2, %zero] dims [1] : tensor<5xi1>, !tile.view<11x5xi1>
  %slt = arith.cmpi slt, %a, %b : tensor<5xi32>
  %at1_3 = arith.constant 3 : i64
  tile.store_view %slt, %v1[%at1_3, %zero] dims [1] : tensor<5xi1>, !tile.view<11x5xi1>
  %sle = arith.cmpi sle, %a, %b : tensor<5xi32>
  %at1_4 = arith.constant 4 : i64
  tile.store_view %sle, %v1[%at1_4, %zero] dims [1] : tensor<5xi1>, !tile.view<11x5xi1>
  %sgt = arith.cmpi sgt, %a, %b : tensor<5xi32>
  %at1_5 = arith.constant 5 : i64
  tile.store_view %sgt, %v1[%at1_5, %zero] dims [1] : tensor<5xi1>, !tile.view<11x5xi1>
  %sge = arith.cmpi sge, %a, %b : tensor<5xi32>
  %at1_6 = arith.constant 6 : i64
  tile.store_view %sge, %v1[%at1_6, %zero] dims [1] : tensor<5xi1>, !tile.view<11x5xi1>
  %ult = arith.cmpi ult, %a, %b : tensor<5xi32>
  %at1_7 = arith.constant 7 : i64
  tile.store_view %ult, %v1[%at1_7, %zero] dims [1] : tensor<5xi1>, !tile.view<11x5xi1>
  %ule = arith.cmpi ule, %a, %b : tensor<5xi32>
  %at1_8 = arith.constant 8 : i64
  tile.store_view %ule, %v1[%at1_8, %zero] dims [1] : tensor<5xi1>, !tile.view<11x5xi1>
  %ugt = arith.cmpi ugt, %a, %b : tensor<5xi32>
  %at1_9 = arith.constant 9 : i64
  tile.store_view %ugt, %v1[%at1_9, %zero] dims [1] : tensor<5xi1>, !tile.view<11x5xi1>
  %uge = arith.cmpi uge, %a, %b : tensor<5xi32>
  %at1_10 = arith.constant 10 : i64
  tile.store_view %uge, %v1[%at1_10, %zero] dims [1] : tensor<5xi1>, !tile.view<11x5xi1>
  return
}
