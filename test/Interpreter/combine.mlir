// Reductions and scans by regions: the order of elements, several components, branches, added elements of a padded extent.
// RUN: mla-interpret %s --argument "arg0=*i32:5,1,-4,2,3,7" --argument "arg1=*i32:26?" --print arg1 | FileCheck %s
// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(tile-pad-extents))' | mla-interpret - --argument "arg0=*i32:5,1,-4,2,3,7" --argument "arg1=*i32:26?" --print arg1 | FileCheck %s

// CHECK: arg1 =
// x → 3x + v from the left: columns of [[5, 1], [-4, 2], [3, 7]], its rows from the right
// CHECK-SAME: [5, 1, 11, 5, 36, 22, 8, 1, 2, 2, 24, 7,
// the greatest of each column and its row
// CHECK-SAME: 5, 7, 0, 2,
// the least by a branch; xor, and, or, product of each column
// CHECK-SAME: -4, 1, -6, 4, 0, 0, -1, 7, -60, 14]
func.func @combine(%x: !tile.ptr<i32>, %y: !tile.ptr<i32>) attributes {tile.kernel} {
  %r = tile.range 0 to 3 : tensor<3xi32>
  %c = tile.range 0 to 2 : tensor<2xi32>
  %two = arith.constant dense<2> : tensor<3xi32>
  %r2 = arith.muli %r, %two : tensor<3xi32>
  %re = tile.expand_dims %r2 {axis = 1 : i32} : tensor<3xi32> -> tensor<3x1xi32>
  %ce = tile.expand_dims %c {axis = 0 : i32} : tensor<2xi32> -> tensor<1x2xi32>
  %rb = tile.broadcast %re : tensor<3x1xi32> -> tensor<3x2xi32>
  %cb = tile.broadcast %ce : tensor<1x2xi32> -> tensor<3x2xi32>
  %o = arith.addi %rb, %cb : tensor<3x2xi32>
  %xs = tile.splat %x : !tile.ptr<i32> -> tensor<3x2x!tile.ptr<i32>>
  %xp = tile.addptr %xs, %o : tensor<3x2x!tile.ptr<i32>>, tensor<3x2xi32>
  %v = tile.load %xp : tensor<3x2x!tile.ptr<i32>>
  %three = arith.constant dense<3> : tensor<3x2xi32>

  // (f1, v1) ∘ (f2, v2) = (f1 · f2, v1 · f2 + v2)
  %s:2 = tile.scan %three, %v {axis = 0 : i32} : tensor<3x2xi32>, tensor<3x2xi32> -> tensor<3x2xi32>, tensor<3x2xi32> {
  ^bb0(%f1: i32, %v1: i32, %f2: i32, %v2: i32):
    %f = arith.muli %f1, %f2 : i32
    %m = arith.muli %v1, %f2 : i32
    %a = arith.addi %m, %v2 : i32
    tile.yield %f, %a : i32, i32
  }
  %t:2 = tile.scan %three, %v {axis = 1 : i32, reverse} : tensor<3x2xi32>, tensor<3x2xi32> -> tensor<3x2xi32>, tensor<3x2xi32> {
  ^bb0(%f1: i32, %v1: i32, %f2: i32, %v2: i32):
    %f = arith.muli %f1, %f2 : i32
    %m = arith.muli %v1, %f2 : i32
    %a = arith.addi %m, %v2 : i32
    tile.yield %f, %a : i32, i32
  }
  %ys = tile.splat %y : !tile.ptr<i32> -> tensor<3x2x!tile.ptr<i32>>
  %y0 = tile.addptr %ys, %o : tensor<3x2x!tile.ptr<i32>>, tensor<3x2xi32>
  tile.store %y0, %s#1 : tensor<3x2x!tile.ptr<i32>>
  %six = arith.constant dense<6> : tensor<3x2xi32>
  %y1 = tile.addptr %y0, %six : tensor<3x2x!tile.ptr<i32>>, tensor<3x2xi32>
  tile.store %y1, %t#1 : tensor<3x2x!tile.ptr<i32>>

  %g:2 = tile.generic_reduce %v, %rb {axis = 0 : i32} : tensor<3x2xi32>, tensor<3x2xi32> -> tensor<2xi32>, tensor<2xi32> {
  ^bb0(%a: i32, %i: i32, %b: i32, %j: i32):
    %p = arith.cmpi sgt, %a, %b : i32
    %m = arith.select %p, %a, %b : i32
    %n = arith.select %p, %i, %j : i32
    tile.yield %m, %n : i32, i32
  }
  %halves = arith.constant dense<2> : tensor<2xi32>
  %rows = arith.divsi %g#1, %halves : tensor<2xi32>
  %c12 = arith.constant dense<12> : tensor<2xi32>
  %c14 = arith.constant dense<14> : tensor<2xi32>
  %cs = tile.splat %y : !tile.ptr<i32> -> tensor<2x!tile.ptr<i32>>
  %cp = tile.addptr %cs, %c : tensor<2x!tile.ptr<i32>>, tensor<2xi32>
  %y2 = tile.addptr %cp, %c12 : tensor<2x!tile.ptr<i32>>, tensor<2xi32>
  tile.store %y2, %g#0 : tensor<2x!tile.ptr<i32>>
  %y3 = tile.addptr %cp, %c14 : tensor<2x!tile.ptr<i32>>, tensor<2xi32>
  tile.store %y3, %rows : tensor<2x!tile.ptr<i32>>

  %l = tile.generic_reduce %v {axis = 0 : i32} : tensor<3x2xi32> -> tensor<2xi32> {
  ^bb0(%a: i32, %b: i32):
    %p = arith.cmpi slt, %a, %b : i32
    %m = scf.if %p -> i32 {
      scf.yield %a : i32
    } else {
      scf.yield %b : i32
    }
    tile.yield %m : i32
  }
  %y4 = tile.addptr %y3, %halves : tensor<2x!tile.ptr<i32>>, tensor<2xi32>
  tile.store %y4, %l : tensor<2x!tile.ptr<i32>>
  %k0 = tile.reduce xor %v {axis = 0 : i32} : tensor<3x2xi32> -> tensor<2xi32>
  %y5 = tile.addptr %y4, %halves : tensor<2x!tile.ptr<i32>>, tensor<2xi32>
  tile.store %y5, %k0 : tensor<2x!tile.ptr<i32>>
  %k1 = tile.reduce and %v {axis = 0 : i32} : tensor<3x2xi32> -> tensor<2xi32>
  %y6 = tile.addptr %y5, %halves : tensor<2x!tile.ptr<i32>>, tensor<2xi32>
  tile.store %y6, %k1 : tensor<2x!tile.ptr<i32>>
  %k2 = tile.reduce or %v {axis = 0 : i32} : tensor<3x2xi32> -> tensor<2xi32>
  %y7 = tile.addptr %y6, %halves : tensor<2x!tile.ptr<i32>>, tensor<2xi32>
  tile.store %y7, %k2 : tensor<2x!tile.ptr<i32>>
  %k3 = tile.reduce prod %v {axis = 0 : i32} : tensor<3x2xi32> -> tensor<2xi32>
  %y8 = tile.addptr %y7, %halves : tensor<2x!tile.ptr<i32>>, tensor<2xi32>
  tile.store %y8, %k3 : tensor<2x!tile.ptr<i32>>
  return
}
