// Integers wrap; division truncates; what is undefined has the hardware's value.
// RUN: mla-interpret %s --argument "arg0=*i8:100,-128,7,-7,5" --argument "arg1=*i8:100,-1,-2,2,0" --argument "arg2=*i8:65?" --print arg2 | FileCheck %s

// CHECK: arg2 =
// add, sub, mul
// CHECK-SAME: [-56, 127, 5, -5, 5, 0, -127, 9, -9, 5, 16, -128, -14, -14, 0,
// divsi, remsi, divui, remui
// CHECK-SAME: 1, -128, -3, -3, -1, 0, 0, 1, -1, 5, 1, 0, 0, 124, -1, 0, -128, 7, 1, 5,
// and, or, xor
// CHECK-SAME: 100, -128, 6, 0, 0, 100, -1, -1, -5, 5, 0, 127, -7, -5, 5,
// maxsi, maxui, minsi
// CHECK-SAME: 100, -1, 7, 2, 5, 100, -1, -2, -7, 5, 100, -128, -2, -7, 0]
func.func @integers(%a: !tile.ptr<i8>, %b: !tile.ptr<i8>, %c: !tile.ptr<i8>) attributes {tile.kernel} {
  %r = tile.range 0 to 5 : tensor<5xi32>
  %ap = tile.splat %a : !tile.ptr<i8> -> tensor<5x!tile.ptr<i8>>
  %bp = tile.splat %b : !tile.ptr<i8> -> tensor<5x!tile.ptr<i8>>
  %cp = tile.splat %c : !tile.ptr<i8> -> tensor<5x!tile.ptr<i8>>
  %ai = tile.addptr %ap, %r : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %bi = tile.addptr %bp, %r : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %p0 = tile.addptr %cp, %r : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %five = arith.constant dense<5> : tensor<5xi32>
  %x = tile.load %ai : tensor<5x!tile.ptr<i8>>
  %y = tile.load %bi : tensor<5x!tile.ptr<i8>>
  %v0 = arith.addi %x, %y : tensor<5xi8>
  tile.store %p0, %v0 : tensor<5x!tile.ptr<i8>>
  %p1 = tile.addptr %p0, %five : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %v1 = arith.subi %x, %y : tensor<5xi8>
  tile.store %p1, %v1 : tensor<5x!tile.ptr<i8>>
  %p2 = tile.addptr %p1, %five : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %v2 = arith.muli %x, %y : tensor<5xi8>
  tile.store %p2, %v2 : tensor<5x!tile.ptr<i8>>
  %p3 = tile.addptr %p2, %five : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %v3 = arith.divsi %x, %y : tensor<5xi8>
  tile.store %p3, %v3 : tensor<5x!tile.ptr<i8>>
  %p4 = tile.addptr %p3, %five : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %v4 = arith.remsi %x, %y : tensor<5xi8>
  tile.store %p4, %v4 : tensor<5x!tile.ptr<i8>>
  %p5 = tile.addptr %p4, %five : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %v5 = arith.divui %x, %y : tensor<5xi8>
  tile.store %p5, %v5 : tensor<5x!tile.ptr<i8>>
  %p6 = tile.addptr %p5, %five : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %v6 = arith.remui %x, %y : tensor<5xi8>
  tile.store %p6, %v6 : tensor<5x!tile.ptr<i8>>
  %p7 = tile.addptr %p6, %five : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %v7 = arith.andi %x, %y : tensor<5xi8>
  tile.store %p7, %v7 : tensor<5x!tile.ptr<i8>>
  %p8 = tile.addptr %p7, %five : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %v8 = arith.ori %x, %y : tensor<5xi8>
  tile.store %p8, %v8 : tensor<5x!tile.ptr<i8>>
  %p9 = tile.addptr %p8, %five : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %v9 = arith.xori %x, %y : tensor<5xi8>
  tile.store %p9, %v9 : tensor<5x!tile.ptr<i8>>
  %p10 = tile.addptr %p9, %five : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %v10 = arith.maxsi %x, %y : tensor<5xi8>
  tile.store %p10, %v10 : tensor<5x!tile.ptr<i8>>
  %p11 = tile.addptr %p10, %five : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %v11 = arith.maxui %x, %y : tensor<5xi8>
  tile.store %p11, %v11 : tensor<5x!tile.ptr<i8>>
  %p12 = tile.addptr %p11, %five : tensor<5x!tile.ptr<i8>>, tensor<5xi32>
  %v12 = arith.minsi %x, %y : tensor<5xi8>
  tile.store %p12, %v12 : tensor<5x!tile.ptr<i8>>
  return
}
