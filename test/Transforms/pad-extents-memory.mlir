// RUN: mla-opt %s -tile-pad-extents | FileCheck %s

// What padding adds takes part in no atomic, fails no assertion and is not printed.
// CHECK-LABEL: func.func @padded
// CHECK:       %[[IN:.*]] = arith.cmpi slt, %{{.*}}, %{{.*}} : tensor<4xi32>
// CHECK:       tile.atomic_rmw add relaxed gpu %{{.*}}, %{{.*}}, mask %{{.*}} : tensor<4x!tile.ptr<i32>>
// CHECK:       tile.atomic_cas relaxed gpu %{{.*}}, %{{.*}}, %{{.*}}, mask %{{.*}} : tensor<4x!tile.ptr<i32>>
// CHECK:       %[[HOLDS:.*]] = arith.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<4xi1>, tensor<4xi1>
// CHECK:       tile.assert %[[HOLDS]], "" at "k.py" : 1 in "k" : tensor<4xi1>
// CHECK:       tile.print "x: " %{{.*}} {extents = [array<i64: 3>], is_signed = array<i32: 1>} : tensor<4xi32>
func.func @padded(%p: !tile.ptr<i32>, %n: i32) {
  %r = tile.range 0 to 3 : tensor<3xi32>
  %ps = tile.splat %p : !tile.ptr<i32> -> tensor<3x!tile.ptr<i32>>
  %pp = tile.addptr %ps, %r : tensor<3x!tile.ptr<i32>>, tensor<3xi32>
  %0 = tile.atomic_rmw add relaxed gpu %pp, %r : tensor<3x!tile.ptr<i32>>
  %1 = tile.atomic_cas relaxed gpu %pp, %0, %r : tensor<3x!tile.ptr<i32>>
  %ns = tile.splat %n : i32 -> tensor<3xi32>
  %c = arith.cmpi slt, %1, %ns : tensor<3xi32>
  tile.assert %c, "" at "k.py" : 1 in "k" : tensor<3xi1>
  tile.print "x: " %1 {is_signed = array<i32: 1>} : tensor<3xi32>
  return
}
