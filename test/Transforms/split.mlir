// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-split{op=pv dim=n parts=2},canonicalize,cse))' | FileCheck %s
// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-split{op=pv dim=n parts=4},canonicalize,cse))' | FileCheck %s --check-prefix=FOUR

!view = !tile.view<?x?xbf16>

// The accumulator is carried in two halves, each scaled by the same decay; the second factor is one tile, read in halves, also by what reads
// it transposed; the halves are stored side by side.
// CHECK-LABEL: func.func @decode
// CHECK-SAME:    %[[V:[^:]*]]: !tile.view<?x?xbf16>, %[[OUT:[^:]*]]: !tile.view<?x?xbf16>, %[[Q:[^:]*]]: tensor<64x512xbf16>
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<64x256xf32>
// CHECK-DAG:   %[[C256:.*]] = arith.constant 256 : i64
// CHECK:       %[[R:.*]]:3 = scf.for {{.*}} iter_args(%[[M:.*]] = %{{.*}}, %[[L:.*]] = %[[ZERO]], %[[H:.*]] = %[[ZERO]]) -> (tensor<64xf32>, tensor<64x256xf32>, tensor<64x256xf32>)
// CHECK:         %[[KV:.*]] = tile.load_view %[[V]]{{.*}}label = "kv"
// CHECK-SAME:      tensor<32x512xbf16>
// CHECK-NOT:     tile.load_view
// CHECK:         %[[KT:.*]] = tile.trans %[[KV]]
// CHECK:         tile.dot %[[Q]], %[[KT]]
// CHECK-DAG:     %[[KL:.*]] = tile.slice %[[KV]] [0, 0] : tensor<32x512xbf16> -> tensor<32x256xbf16>
// CHECK-DAG:     %[[KR:.*]] = tile.slice %[[KV]] [0, 256] : tensor<32x512xbf16> -> tensor<32x256xbf16>
// CHECK-DAG:     %[[D:.*]] = tile.broadcast %{{.*}} : tensor<64x1xf32> -> tensor<64x256xf32>
// CHECK-DAG:     %[[AL:.*]] = arith.mulf %[[L]], %[[D]]
// CHECK-DAG:     %[[AR:.*]] = arith.mulf %[[H]], %[[D]]
// CHECK-DAG:     %[[NL:.*]] = tile.dot %[[P:.*]], %[[KL]], %[[AL]] {label = "pv.left"}
// CHECK-DAG:     %[[NR:.*]] = tile.dot %[[P]], %[[KR]], %[[AR]] {label = "pv.right"}
// CHECK:         scf.yield %{{.*}}, %[[NL]], %[[NR]]
// CHECK:       %[[TL:.*]] = arith.truncf %[[R]]#1
// CHECK:       %[[TR:.*]] = arith.truncf %[[R]]#2
// CHECK:       tile.store_view %[[TL]], %[[OUT]][%[[ROW:.*]], %[[COL:.*]]] dims [0, 1]
// CHECK:       %[[NEXT:.*]] = arith.addi %[[COL]], %[[C256]]
// CHECK:       tile.store_view %[[TR]], %[[OUT]][%[[ROW]], %[[NEXT]]] dims [0, 1]

// FOUR-LABEL: func.func @decode
// FOUR:       scf.for {{.*}} -> (tensor<64xf32>, tensor<64x128xf32>, tensor<64x128xf32>, tensor<64x128xf32>, tensor<64x128xf32>)
// FOUR-DAG:     %[[LAST:.*]] = tile.slice %{{.*}} [0, 384] : tensor<32x512xbf16> -> tensor<32x128xbf16>
// FOUR-DAG:     label = "pv.0"
// FOUR-DAG:     tile.dot %{{.*}}, %[[LAST]], %{{.*}} {label = "pv.3"}
// FOUR:         scf.yield
func.func @decode(%v: !view, %out: !view, %q: tensor<64x512xbf16>, %n: i64, %row: i64, %col: i64) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c32 = arith.constant 32 : i64
  %m0 = arith.constant dense<0xFF800000> : tensor<64xf32>
  %zero = arith.constant dense<0.0> : tensor<64x512xf32>
  %none = arith.constant dense<0.0> : tensor<64x32xf32>
  %r:2 = scf.for %i = %c0 to %n step %c32 iter_args(%m = %m0, %acc = %zero) -> (tensor<64xf32>, tensor<64x512xf32>) : i64 {
    %kv = tile.load_view %v[%i, %c0] dims [0, 1] {label = "kv"} : !view -> tensor<32x512xbf16>
    %kt = tile.trans %kv : tensor<32x512xbf16> -> tensor<512x32xbf16>
    %s = tile.dot %q, %kt, %none {label = "qk"} : tensor<64x512xbf16>, tensor<512x32xbf16>, tensor<64x32xf32>
    %top = tile.reduce max %s {axis = 1 : i32} : tensor<64x32xf32> -> tensor<64xf32>
    %new = arith.maxnumf %m, %top : tensor<64xf32>
    %less = arith.subf %m, %new : tensor<64xf32>
    %decay = math.exp2 %less : tensor<64xf32>
    %column = tile.expand_dims %decay {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
    %wide = tile.broadcast %column : tensor<64x1xf32> -> tensor<64x512xf32>
    %scaled = arith.mulf %acc, %wide : tensor<64x512xf32>
    %p = arith.truncf %s : tensor<64x32xf32> to tensor<64x32xbf16>
    %d = tile.dot %p, %kv, %scaled {label = "pv"} : tensor<64x32xbf16>, tensor<32x512xbf16>, tensor<64x512xf32>
    scf.yield %new, %d : tensor<64xf32>, tensor<64x512xf32>
  } {tile.label = "keys"}
  %o = arith.truncf %r#1 : tensor<64x512xf32> to tensor<64x512xbf16>
  tile.store_view %o, %out[%row, %col] dims [0, 1] : tensor<64x512xbf16>, !view
  return
}

// -----

// A branch hands on both halves; what its other side gives is sliced; a tile that is loaded for this alone is loaded in halves, also through pointers;
// the second factor is a slice already.
// CHECK-LABEL: func.func @branch
// CHECK-SAME:    %{{[^:]*}}: i1, %[[V:[^:]*]]: !tile.view<?x?xf32>, %[[PTR:[^:]*]]: tensor<16x64x!tile.ptr<f32>>, %[[A:[^:]*]]: tensor<16x16xbf16>, %[[B:[^:]*]]: tensor<16x128xbf16>, %[[OTHER:[^:]*]]: tensor<16x64xf32>
// CHECK-DAG:   %[[C32:.*]] = arith.constant 32 : i64
// CHECK-DAG:   tile.slice %[[OTHER]] [0, 0] : tensor<16x64xf32> -> tensor<16x32xf32>
// CHECK-DAG:   tile.slice %[[OTHER]] [0, 32] : tensor<16x64xf32> -> tensor<16x32xf32>
// CHECK-DAG:   %[[AL:.*]] = tile.load_view %[[V]][%[[ROW:.*]], %[[COL:.*]]] dims [0, 1] valid %{{.*}} {label = "bias.left"}
// CHECK-DAG:   %[[MOVED:.*]] = arith.addi %[[COL]], %[[C32]]
// CHECK-DAG:   %[[AR:.*]] = tile.load_view %[[V]][%[[ROW]], %[[MOVED]]] dims [0, 1] valid %{{.*}} {label = "bias.right"}
// CHECK-DAG:   %[[BL:.*]] = tile.slice %[[B]] [0, 64] : tensor<16x128xbf16> -> tensor<16x32xbf16>
// CHECK-DAG:   %[[BR:.*]] = tile.slice %[[B]] [0, 96] : tensor<16x128xbf16> -> tensor<16x32xbf16>
// CHECK-DAG:   %[[DL:.*]] = tile.dot %[[A]], %[[BL]], %[[AL]]
// CHECK-DAG:   %[[DR:.*]] = tile.dot %[[A]], %[[BR]], %[[AR]]
// CHECK:       scf.if %{{.*}} -> (tensor<16x32xf32>, tensor<16x32xf32>)
// CHECK:       tile.reduce sum %{{.*}} {axis = 0 : i32} : tensor<16x32xf32> -> tensor<32xf32>
// CHECK-COUNT-2: tile.store %{{.*}} : tensor<16x32x!tile.ptr<f32>>
func.func @branch(%c: i1, %v: !tile.view<?x?xf32>, %ptr: tensor<16x64x!tile.ptr<f32>>, %a: tensor<16x16xbf16>, %b: tensor<16x128xbf16>, %other: tensor<16x64xf32>, %row: i64, %col: i64, %n: i64, %sums: tensor<64x!tile.ptr<f32>>) attributes {tile.kernel} {
  %bias = tile.load_view %v[%row, %col] dims [0, 1] valid %n {label = "bias"} : !tile.view<?x?xf32> -> tensor<16x64xf32>
  %half = tile.slice %b [0, 64] : tensor<16x128xbf16> -> tensor<16x64xbf16>
  %d = tile.dot %a, %half, %bias {label = "pv"} : tensor<16x16xbf16>, tensor<16x64xbf16>, tensor<16x64xf32>
  %r = scf.if %c -> (tensor<16x64xf32>) {
    %e = arith.negf %d : tensor<16x64xf32>
    scf.yield %e : tensor<16x64xf32>
  } else {
    scf.yield %other : tensor<16x64xf32>
  }
  %sum = tile.reduce sum %r {axis = 0 : i32} : tensor<16x64xf32> -> tensor<64xf32>
  tile.store %sums, %sum : tensor<64x!tile.ptr<f32>>
  tile.store %ptr, %r : tensor<16x64x!tile.ptr<f32>>
  return
}

// -----

// A part of the result that lies in one half is a part of that half; all of it is both halves.
// CHECK-LABEL: func.func @slices
// CHECK:       %[[L:.*]] = tile.dot {{.*}} {label = "pv.left"}
// CHECK:       %[[R:.*]] = tile.dot {{.*}} {label = "pv.right"}
// CHECK:       tile.slice %[[R]] [0, 16] : tensor<16x32xf32> -> tensor<16x16xf32>
func.func @slices(%a: tensor<16x16xbf16>, %b: tensor<16x64xbf16>, %c: tensor<16x64xf32>, %p: tensor<16x16x!tile.ptr<f32>>, %q: tensor<8x64x!tile.ptr<f32>>) attributes {tile.kernel} {
  %d = tile.dot %a, %b, %c {label = "pv"} : tensor<16x16xbf16>, tensor<16x64xbf16>, tensor<16x64xf32>
  %s = tile.slice %d [0, 48] : tensor<16x64xf32> -> tensor<16x16xf32>
  %t = tile.slice %d [8, 0] : tensor<16x64xf32> -> tensor<8x64xf32>
  tile.store %p, %s : tensor<16x16x!tile.ptr<f32>>
  tile.store %q, %t : tensor<8x64x!tile.ptr<f32>>
  return
}

// -----

// Copies of one product are split together, also where they share no accumulator; other products are not.
// CHECK-LABEL: func.func @copies
// CHECK-COUNT-2: -> tensor<16x8xbf16>
// CHECK-DAG:   label = "pv.0.left"
// CHECK-DAG:   label = "pv.0.right"
// CHECK-DAG:   label = "pv.tail.left"
// CHECK-DAG:   label = "pv.tail.right"
// CHECK-DAG:   tile.dot {{.*}} {label = "pv.gate"} : {{.*}}, tensor<16x16xf32>
// CHECK-DAG:   tile.dot {{.*}} {label = "pvs.0"} : {{.*}}, tensor<16x16xf32>
func.func @copies(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>, %p: tensor<16x16x!tile.ptr<f32>>) attributes {tile.kernel} {
  %d = tile.dot %a, %a, %c {label = "pv.0"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %e = tile.dot %a, %a, %c {label = "pv.tail"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %f = tile.dot %a, %a, %c {label = "pv.gate"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %g = tile.dot %a, %a, %c {label = "pvs.0"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  tile.store %p, %d : tensor<16x16x!tile.ptr<f32>>
  tile.store %p, %e : tensor<16x16x!tile.ptr<f32>>
  tile.store %p, %f : tensor<16x16x!tile.ptr<f32>>
  tile.store %p, %g : tensor<16x16x!tile.ptr<f32>>
  return
}
