// Gathers, histograms and sorts.
// RUN: mla-interpret %s --kernel selections --argument "arg0=*i32:3,-1,7,0,3,2,8,1" --argument "arg1=*i32:32?" --print arg1 | FileCheck %s
// RUN: mla-interpret %s --kernel bitonic --argument "arg0=*i32:2,3,5,8,8,7,7,0" --argument "arg1=*i32:8?" --print arg1 | FileCheck %s --check-prefix=BITONIC
// RUN: mla-interpret %s --kernel bitonic --argument "arg0=*i32:7,8,8,5,3,2,2,7" --argument "arg1=*i32:8?" --print arg1 | FileCheck %s --check-prefix=TURNED
// RUN: mla-interpret %s --kernel bitonic --argument "arg0=*i32:4,4,4,4,4,4,4,4" --argument "arg1=*i32:8?" --print arg1 | FileCheck %s --check-prefix=EQUAL
// RUN: not mla-interpret %s --kernel bitonic --argument "arg0=*i32:2,3,1,8,8,7,7,0" --argument "arg1=*i32:8?" 2>&1 | FileCheck %s --check-prefix=OTHER

// CHECK: arg1 =
// its own elements by its own values: -1 and 8 are outside
// CHECK-SAME: [0, 0, 1, 3, 0, 7, 0, -1,
// CHECK-SAME: 1, 1, 1, 2, 0, 0, 0, 1,
// CHECK-SAME: -1, 0, 1, 2, 3, 3, 7, 8,
// unsigned, descending
// CHECK-SAME: -1, 8, 7, 3, 3, 2, 1, 0]
func.func @selections(%a: !tile.ptr<i32>, %b: !tile.ptr<i32>) attributes {tile.kernel} {
  %r = tile.range 0 to 8 : tensor<8xi32>
  %ap = tile.splat %a : !tile.ptr<i32> -> tensor<8x!tile.ptr<i32>>
  %ai = tile.addptr %ap, %r : tensor<8x!tile.ptr<i32>>, tensor<8xi32>
  %x = tile.load %ai : tensor<8x!tile.ptr<i32>>
  %bp = tile.splat %b : !tile.ptr<i32> -> tensor<8x!tile.ptr<i32>>
  %p0 = tile.addptr %bp, %r : tensor<8x!tile.ptr<i32>>, tensor<8xi32>
  %eight = arith.constant dense<8> : tensor<8xi32>
  %p1 = tile.addptr %p0, %eight : tensor<8x!tile.ptr<i32>>, tensor<8xi32>
  %p2 = tile.addptr %p1, %eight : tensor<8x!tile.ptr<i32>>, tensor<8xi32>
  %p3 = tile.addptr %p2, %eight : tensor<8x!tile.ptr<i32>>, tensor<8xi32>
  %v0 = tile.gather %x[%x] {axis = 0 : i32} : tensor<8xi32>, tensor<8xi32> -> tensor<8xi32>
  tile.store %p0, %v0 : tensor<8x!tile.ptr<i32>>
  %v1 = tile.histogram %x : tensor<8xi32> -> tensor<8xi32>
  tile.store %p1, %v1 : tensor<8x!tile.ptr<i32>>
  %v2 = tile.sort %x {axis = 0 : i32} : tensor<8xi32>
  tile.store %p2, %v2 : tensor<8x!tile.ptr<i32>>
  %v3 = tile.sort %x {axis = 0 : i32, descending, is_unsigned} : tensor<8xi32>
  tile.store %p3, %v3 : tensor<8x!tile.ptr<i32>>
  return
}

// A promise that is checked.
// BITONIC: arg1 = [0, 2, 3, 5, 7, 7, 8, 8]
// TURNED: arg1 = [2, 2, 3, 5, 7, 7, 8, 8]
// EQUAL: arg1 = [4, 4, 4, 4, 4, 4, 4, 4]
// OTHER: selections.mlir:[[#@LINE+8]]:{{.*}} error: {{.*}}expected bitonic elements, got others from [0] on
func.func @bitonic(%a: !tile.ptr<i32>, %b: !tile.ptr<i32>) attributes {tile.kernel} {
  %r = tile.range 0 to 8 : tensor<8xi32>
  %ap = tile.splat %a : !tile.ptr<i32> -> tensor<8x!tile.ptr<i32>>
  %ai = tile.addptr %ap, %r : tensor<8x!tile.ptr<i32>>, tensor<8xi32>
  %x = tile.load %ai : tensor<8x!tile.ptr<i32>>
  %bp = tile.splat %b : !tile.ptr<i32> -> tensor<8x!tile.ptr<i32>>
  %bi = tile.addptr %bp, %r : tensor<8x!tile.ptr<i32>>, tensor<8xi32>
  %v = tile.sort %x {axis = 0 : i32, bitonic} : tensor<8xi32>
  tile.store %bi, %v : tensor<8x!tile.ptr<i32>>
  return
}
