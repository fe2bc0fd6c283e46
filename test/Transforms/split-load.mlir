// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-split-load{op=kv at=64}))' | FileCheck %s

// The part of a view of three dimensions that starts later starts 64 columns on in the last one; both parts hide the same
// rows. The product with the transpose sums over the first columns, then over the others; slices stay within one part.
// CHECK-LABEL: func.func @keys_and_values
// CHECK-SAME:  %[[C:[^:]*]]: !tile.view<?x?x192xbf16>, %[[Q:[^:]*]]: tensor<64x192xbf16>, %[[P:[^:]*]]: tensor<64x64xbf16>, %[[ZERO:[^:]*]]: tensor<64x64xf32>
// CHECK-SAME:  %[[PAGE:[^:]*]]: i64, %[[ROW:[^:]*]]: i64, %[[COL:[^:]*]]: i64, %[[N:[^:]*]]: i64
// CHECK:       %[[L:.*]] = tile.load_view %[[C]][%[[PAGE]], %[[ROW]], %[[COL]]] dims [1, 2] valid %[[N]] {label = "kv.left"} : !tile.view<?x?x192xbf16> -> tensor<64x64xbf16>
// CHECK-NEXT:  %[[MOVED:.*]] = arith.constant 64 : i64
// CHECK-NEXT:  %[[NEXT:.*]] = arith.addi %[[COL]], %[[MOVED]] : i64
// CHECK-NEXT:  %[[R:.*]] = tile.load_view %[[C]][%[[PAGE]], %[[ROW]], %[[NEXT]]] dims [1, 2] valid %[[N]] {label = "kv.right"} : !tile.view<?x?x192xbf16> -> tensor<64x128xbf16>
// CHECK-NEXT:  %[[Q0:.*]] = tile.slice %[[Q]] [0, 0] : tensor<64x192xbf16> -> tensor<64x64xbf16>
// CHECK-NEXT:  %[[LT:.*]] = tile.trans %[[L]] : tensor<64x64xbf16> -> tensor<64x64xbf16>
// CHECK-NEXT:  %[[S0:.*]] = tile.dot %[[Q0]], %[[LT]], %[[ZERO]] {label = "qk.left"}
// CHECK-NEXT:  %[[Q1:.*]] = tile.slice %[[Q]] [0, 64] : tensor<64x192xbf16> -> tensor<64x128xbf16>
// CHECK-NEXT:  %[[RT:.*]] = tile.trans %[[R]] : tensor<64x128xbf16> -> tensor<128x64xbf16>
// CHECK-NEXT:  %[[S1:.*]] = tile.dot %[[Q1]], %[[RT]], %[[S0]] {label = "qk.right"}
// CHECK-NEXT:  %[[V0:.*]] = tile.slice %[[L]] [0, 0] : tensor<64x64xbf16> -> tensor<64x64xbf16>
// CHECK-NEXT:  %[[V1:.*]] = tile.slice %[[R]] [0, 0] : tensor<64x128xbf16> -> tensor<64x64xbf16>
// CHECK-NEXT:  %[[V2:.*]] = tile.slice %[[R]] [32, 96] : tensor<64x128xbf16> -> tensor<32x32xbf16>
// CHECK-NEXT:  tile.dot %[[P]], %[[V0]], %[[S1]]
// CHECK-NEXT:  tile.dot %[[P]], %[[V1]], %[[ZERO]]
// CHECK-NEXT:  arith.negf %[[V2]]
// CHECK-NEXT:  return
func.func @keys_and_values(%c: !tile.view<?x?x192xbf16>, %q: tensor<64x192xbf16>, %p: tensor<64x64xbf16>, %zero: tensor<64x64xf32>,
                           %page: i64, %row: i64, %col: i64, %n: i64) attributes {tile.kernel} {
  %kv = tile.load_view %c[%page, %row, %col] dims [1, 2] valid %n {label = "kv"} : !tile.view<?x?x192xbf16> -> tensor<64x192xbf16>
  %kt = tile.trans %kv : tensor<64x192xbf16> -> tensor<192x64xbf16>
  %s = tile.dot %q, %kt, %zero {label = "qk"} : tensor<64x192xbf16>, tensor<192x64xbf16>, tensor<64x64xf32>
  %v0 = tile.slice %kv [0, 0] : tensor<64x192xbf16> -> tensor<64x64xbf16>
  %v1 = tile.slice %kv [0, 64] : tensor<64x192xbf16> -> tensor<64x64xbf16>
  %v2 = tile.slice %kv [32, 160] : tensor<64x192xbf16> -> tensor<32x32xbf16>
  %o0 = tile.dot %p, %v0, %s {label = "pv.left"} : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
  %o1 = tile.dot %p, %v1, %zero {label = "pv.right"} : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
  %o2 = arith.negf %v2 : tensor<32x32xbf16>
  return
}

// -----

// Each product has parts of its own, in loops too; a product without a label leaves two without.
// CHECK-LABEL: func.func @several_products
// CHECK:       scf.for
// CHECK-DAG:     %[[L:.*]] = tile.load_view %{{.*}} {label = "kv.left"}
// CHECK-DAG:     %[[R:.*]] = tile.load_view %{{.*}} {label = "kv.right"}
// CHECK:         %[[S0:.*]] = tile.dot %{{.*}}, %{{.*}}, %{{.*}} {label = "qk.left"}
// CHECK:         %[[S1:.*]] = tile.dot %{{.*}}, %{{.*}}, %[[S0]] {label = "qk.right"}
// CHECK:         %[[T0:.*]] = tile.dot %{{.*}}, %{{.*}}, %[[S1]] : tensor<16x64xbf16>
// CHECK:         %[[T1:.*]] = tile.dot %{{.*}}, %{{.*}}, %[[T0]] : tensor<16x32xbf16>
// CHECK-NEXT:    scf.yield %[[T1]]
func.func @several_products(%c: !tile.view<?x96xbf16>, %q: tensor<16x96xbf16>, %r: tensor<16x96xbf16>, %zero: tensor<16x32xf32>,
                            %row: i64, %col: i64, %lower: i32, %n: i32, %step: i32) -> tensor<16x32xf32> attributes {tile.kernel} {
  %sum = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x32xf32>) : i32 {
    %kv = tile.load_view %c[%row, %col] dims [0, 1] {label = "kv"} : !tile.view<?x96xbf16> -> tensor<32x96xbf16>
    %kt = tile.trans %kv : tensor<32x96xbf16> -> tensor<96x32xbf16>
    %s = tile.dot %q, %kt, %acc {label = "qk"} : tensor<16x96xbf16>, tensor<96x32xbf16>, tensor<16x32xf32>
    %t = tile.dot %r, %kt, %s : tensor<16x96xbf16>, tensor<96x32xbf16>, tensor<16x32xf32>
    scf.yield %t : tensor<16x32xf32>
  }
  return %sum : tensor<16x32xf32>
}

// -----

// Only kernels are changed.
// CHECK-LABEL: func.func @helper
// CHECK:       tile.load_view %{{.*}} {label = "kv"} : !tile.view<?x96xbf16> -> tensor<32x96xbf16>
func.func @helper(%c: !tile.view<?x96xbf16>, %row: i64) -> tensor<32x96xbf16> {
  %kv = tile.load_view %c[%row, %row] dims [0, 1] {label = "kv"} : !tile.view<?x96xbf16> -> tensor<32x96xbf16>
  return %kv : tensor<32x96xbf16>
}
