// Permutations, reshapes (also of a part) and pairs.
// RUN: mla-interpret %s --argument "arg0=*i8:1,2,3,4,5,6,7,8" --argument "arg1=*i8:30?" --print arg1 | FileCheck %s

// CHECK: arg1 =
// trans [2, 2, 2] by 2, 0, 1
// CHECK-SAME: [1, 3, 5, 7, 2, 4, 6, 8,
// the corner [2, 3] of [2, 4], as the first 6 of 8
// CHECK-SAME: 1, 2, 3, 5, 6, 7,
// join of the halves that split takes, the other way round
// CHECK-SAME: 2, 1, 4, 3, 6, 5, 8, 7,
// reshape to [4, 2], transposed
// CHECK-SAME: 1, 3, 5, 7, 2, 4, 6, 8]
func.func @shapes(%a: !tile.ptr<i8>, %b: !tile.ptr<i8>) attributes {tile.kernel} {
  %r = tile.range 0 to 8 : tensor<8xi32>
  %ap = tile.splat %a : !tile.ptr<i8> -> tensor<8x!tile.ptr<i8>>
  %ai = tile.addptr %ap, %r : tensor<8x!tile.ptr<i8>>, tensor<8xi32>
  %x = tile.load %ai : tensor<8x!tile.ptr<i8>>
  %bp = tile.splat %b : !tile.ptr<i8> -> tensor<8x!tile.ptr<i8>>
  %p0 = tile.addptr %bp, %r : tensor<8x!tile.ptr<i8>>, tensor<8xi32>
  %cube = tile.reshape %x : tensor<8xi8> -> tensor<2x2x2xi8>
  %turned = tile.trans %cube {order = array<i32: 2, 0, 1>} : tensor<2x2x2xi8> -> tensor<2x2x2xi8>
  %v0 = tile.reshape %turned : tensor<2x2x2xi8> -> tensor<8xi8>
  tile.store %p0, %v0 : tensor<8x!tile.ptr<i8>>
  %eight = arith.constant dense<8> : tensor<8xi32>
  %six = arith.constant dense<6> : tensor<8xi32>
  %p1 = tile.addptr %p0, %eight : tensor<8x!tile.ptr<i8>>, tensor<8xi32>
  %rows = tile.reshape %x : tensor<8xi8> -> tensor<2x4xi8>
  %v1 = tile.reshape %rows {from = array<i64: 2, 3>, to = array<i64: 6>} : tensor<2x4xi8> -> tensor<8xi8>
  %inside = arith.cmpi slt, %r, %six : tensor<8xi32>
  tile.store %p1, %v1, mask %inside : tensor<8x!tile.ptr<i8>>
  %p2 = tile.addptr %p1, %six : tensor<8x!tile.ptr<i8>>, tensor<8xi32>
  %pairs = tile.reshape %x : tensor<8xi8> -> tensor<4x2xi8>
  %even, %odd = tile.split %pairs : tensor<4x2xi8> -> tensor<4xi8>
  %joined = tile.join %odd, %even : tensor<4xi8> -> tensor<4x2xi8>
  %v2 = tile.reshape %joined : tensor<4x2xi8> -> tensor<8xi8>
  tile.store %p2, %v2 : tensor<8x!tile.ptr<i8>>
  %p3 = tile.addptr %p2, %eight : tensor<8x!tile.ptr<i8>>, tensor<8xi32>
  %transposed = tile.trans %pairs : tensor<4x2xi8> -> tensor<2x4xi8>
  %v3 = tile.reshape %transposed : tensor<2x4xi8> -> tensor<8xi8>
  tile.store %p3, %v3 : tensor<8x!tile.ptr<i8>>
  return
}
