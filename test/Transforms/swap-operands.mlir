// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-swap-operands{op=qk},canonicalize,cse))' | FileCheck %s

// A product of one iteration: k is transposed twice, which is k itself; scores stay transposed through what is elementwise; the maximum
// is taken along the other dimension and added back along it; the next product gets them the right way round.
// CHECK-LABEL: func.func @scores
// CHECK-SAME:    %[[Q:[^:]*]]: tensor<16x64xbf16>, %[[K:[^:]*]]: tensor<32x64xbf16>
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<32x16xf32>
// CHECK-DAG:   %[[QT:.*]] = tile.trans %[[Q]] : tensor<16x64xbf16> -> tensor<64x16xbf16>
// CHECK:       %[[S:.*]] = tile.dot %[[K]], %[[QT]], %[[ZERO]] {label = "qk"} : tensor<32x64xbf16>, tensor<64x16xbf16>, tensor<32x16xf32>
// CHECK:       %[[M:.*]] = tile.reduce max %[[S]] {axis = 0 : i32} : tensor<32x16xf32> -> tensor<16xf32>
// CHECK:       %[[ROW:.*]] = tile.expand_dims %[[M]] {axis = 0 : i32} : tensor<16xf32> -> tensor<1x16xf32>
// CHECK:       %[[B:.*]] = tile.broadcast %[[ROW]] : tensor<1x16xf32> -> tensor<32x16xf32>
// CHECK:       %[[X:.*]] = arith.subf %[[S]], %[[B]] : tensor<32x16xf32>
// CHECK:       %[[P:.*]] = arith.truncf %[[X]]
// CHECK:       %[[PT:.*]] = tile.trans %[[P]] : tensor<32x16xbf16> -> tensor<16x32xbf16>
// CHECK:       tile.dot %[[PT]], %[[K]]
func.func @scores(%q: tensor<16x64xbf16>, %k: tensor<32x64xbf16>, %acc: tensor<16x64xf32>, %out: tensor<16x64x!tile.ptr<f32>>) attributes {tile.kernel} {
  %zero = arith.constant dense<0.0> : tensor<16x32xf32>
  %kt = tile.trans %k : tensor<32x64xbf16> -> tensor<64x32xbf16>
  %s = tile.dot %q, %kt, %zero {label = "qk"} : tensor<16x64xbf16>, tensor<64x32xbf16>, tensor<16x32xf32>
  %m = tile.reduce max %s {axis = 1 : i32} : tensor<16x32xf32> -> tensor<16xf32>
  %c = tile.expand_dims %m {axis = 1 : i32} : tensor<16xf32> -> tensor<16x1xf32>
  %b = tile.broadcast %c : tensor<16x1xf32> -> tensor<16x32xf32>
  %x = arith.subf %s, %b : tensor<16x32xf32>
  %p = arith.truncf %x : tensor<16x32xf32> to tensor<16x32xbf16>
  %d = tile.dot %p, %k, %acc : tensor<16x32xbf16>, tensor<32x64xbf16>, tensor<16x64xf32>
  tile.store %out, %d : tensor<16x64x!tile.ptr<f32>>
  return
}

// -----

// An accumulator is carried transposed through the loop and turned once behind it; a while loop is a border.
// CHECK-LABEL: func.func @carried
// CHECK-SAME:    %[[A:[^:]*]]: tensor<16x16xbf16>, %[[B:[^:]*]]: tensor<16x64xbf16>, %[[C:[^:]*]]: tensor<16x64xf32>
// CHECK-DAG:   %[[AT:.*]] = tile.trans %[[A]]
// CHECK-DAG:   %[[BT:.*]] = tile.trans %[[B]]
// CHECK-DAG:   %[[CT:.*]] = tile.trans %[[C]]
// CHECK:       %[[R:.*]] = scf.for {{.*}} iter_args(%[[ACC:.*]] = %[[CT]]) -> (tensor<64x16xf32>)
// CHECK-NEXT:    %[[D:.*]] = tile.dot %[[BT]], %[[AT]], %[[ACC]] {label = "qk"}
// CHECK-NEXT:    scf.yield %[[D]]
// CHECK:       %[[OUT:.*]] = tile.trans %[[R]] : tensor<64x16xf32> -> tensor<16x64xf32>
// CHECK:       scf.while (%{{.*}} = %[[OUT]]) : (tensor<16x64xf32>) -> tensor<16x64xf32>
// CHECK:       tile.store_view %{{.*}} : tensor<16x64xf32>
func.func @carried(%a: tensor<16x16xbf16>, %b: tensor<16x64xbf16>, %c: tensor<16x64xf32>, %n: i32, %flag: i1, %v: !tile.view<?x?xf32>, %i: i64) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r = scf.for %k = %c0 to %n step %c1 iter_args(%acc = %c) -> (tensor<16x64xf32>) : i32 {
    %d = tile.dot %a, %b, %acc {label = "qk"} : tensor<16x16xbf16>, tensor<16x64xbf16>, tensor<16x64xf32>
    scf.yield %d : tensor<16x64xf32>
  }
  %w = scf.while (%x = %r) : (tensor<16x64xf32>) -> tensor<16x64xf32> {
    %e = arith.negf %x : tensor<16x64xf32>
    scf.condition(%flag) %e : tensor<16x64xf32>
  } do {
  ^bb0(%x: tensor<16x64xf32>):
    scf.yield %x : tensor<16x64xf32>
  }
  tile.store_view %w, %v[%i, %i] dims [0, 1] : tensor<16x64xf32>, !tile.view<?x?xf32>
  return
}
