// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-move{op=qk.1 after=qk.0}))' | FileCheck %s

// What the product needs comes along in its order, a load that no store disturbs included; the rest stays.
// CHECK-LABEL: func.func @scores_of_the_next_tile
// CHECK:       tile.dot {{.*}} {label = "qk.0"}
// CHECK-NEXT:  arith.addi
// CHECK-NEXT:  tile.load_view {{.*}} {label = "kv.1"}
// CHECK-NEXT:  tile.trans
// CHECK-NEXT:  tile.dot {{.*}} {label = "qk.1"}
// CHECK-NEXT:  arith.truncf
// CHECK-NEXT:  arith.constant 7
// CHECK-NEXT:  tile.dot {{.*}} {label = "pv.0"}
// CHECK-NEXT:  tile.store_view
func.func @scores_of_the_next_tile(%kv: !tile.view<?x16xbf16>, %out: !tile.view<?x16xf32>, %q: tensor<16x16xbf16>, %zero: tensor<16x16xf32>,
                                   %row: i64) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %k0 = tile.load_view %kv[%row, %c0] dims [0, 1] {label = "kv.0"} : !tile.view<?x16xbf16> -> tensor<16x16xbf16>
  %s0 = tile.dot %q, %k0, %zero {label = "qk.0"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %p0 = arith.truncf %s0 : tensor<16x16xf32> to tensor<16x16xbf16>
  %next = arith.addi %row, %row : i64
  %unused = arith.constant 7 : i64
  %k1 = tile.load_view %kv[%next, %c0] dims [0, 1] {label = "kv.1"} : !tile.view<?x16xbf16> -> tensor<16x16xbf16>
  %a0 = tile.dot %p0, %k0, %zero {label = "pv.0"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  tile.store_view %a0, %out[%row, %c0] dims [0, 1] : tensor<16x16xf32>, !tile.view<?x16xf32>
  %k1t = tile.trans %k1 : tensor<16x16xbf16> -> tensor<16x16xbf16>
  %s1 = tile.dot %q, %k1t, %zero {label = "qk.1"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  tile.store_view %s1, %out[%next, %c0] dims [0, 1] : tensor<16x16xf32>, !tile.view<?x16xf32>
  return
}

// -----

// A branch without effects that the product depends on comes along whole, and so does what it reads.
// CHECK-LABEL: func.func @branch
// CHECK:       label = "qk.0"
// CHECK-NEXT:  arith.truncf
// CHECK-NEXT:  scf.if
// CHECK:       label = "qk.1"
// CHECK-NEXT:  arith.negf
func.func @branch(%q: tensor<16x16xbf16>, %zero: tensor<16x16xf32>, %if: i1) attributes {tile.kernel} {
  %s0 = tile.dot %q, %q, %zero {label = "qk.0"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %n = arith.negf %s0 : tensor<16x16xf32>
  %t = arith.truncf %s0 : tensor<16x16xf32> to tensor<16x16xbf16>
  %b = scf.if %if -> (tensor<16x16xbf16>) {
    %r = tile.trans %t : tensor<16x16xbf16> -> tensor<16x16xbf16>
    scf.yield %r : tensor<16x16xbf16>
  } else {
    scf.yield %q : tensor<16x16xbf16>
  }
  %s1 = tile.dot %q, %b, %zero {label = "qk.1"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}

// -----

// In front of it already: nothing changes.
// CHECK-LABEL: func.func @earlier
// CHECK:       label = "qk.1"
// CHECK-NEXT:  arith.negf
// CHECK-NEXT:  tile.dot {{.*}} {label = "qk.0"}
func.func @earlier(%q: tensor<16x16xbf16>, %zero: tensor<16x16xf32>) attributes {tile.kernel} {
  %s1 = tile.dot %q, %q, %zero {label = "qk.1"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %n = arith.negf %s1 : tensor<16x16xf32>
  %s0 = tile.dot %q, %q, %n {label = "qk.0"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}
