// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(attn-lazy-rescale{op=softmax threshold=8}))' | FileCheck %s
// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(attn-lazy-rescale{op=softmax threshold=8},expand-attention,canonicalize))' | FileCheck %s --check-prefix=NONE

// The maximum moves in rows where it grew by more than 8; one branch for the whole tile scales the state by what the old maximum
// lacks to the new base; weights refer to the maximum that is kept.
// CHECK-LABEL: func.func @attend
// CHECK-SAME:    %[[S:[^:]*]]: tensor<16x32xf32>
// CHECK:       %[[M:.*]], %[[L:.*]], %[[ACC:.*]] = attn.softmax_init
// CHECK:       %[[MOST:.*]] = tile.reduce max %[[S]] {axis = 1 : i32}
// CHECK:       %[[TOP:.*]] = arith.maxnumf %[[M]], %[[MOST]]
// CHECK:       %[[GROWTH:.*]] = arith.subf %[[TOP]], %[[M]]
// CHECK:       %[[LIMIT:.*]] = arith.constant dense<8.000000e+00> : tensor<16xf32>
// CHECK:       %[[GROWN:.*]] = arith.cmpf ogt, %[[GROWTH]], %[[LIMIT]]
// CHECK:       %[[NEW:.*]] = arith.select %[[GROWN]], %[[TOP]], %[[M]]
// CHECK:       %[[NEGINF:.*]] = arith.constant dense<0xFF800000>
// CHECK:       %[[EMPTY:.*]] = arith.cmpf oeq, %[[NEW]], %[[NEGINF]]
// CHECK:       %[[BASE:.*]] = arith.select %[[EMPTY]], %{{.*}}, %[[NEW]]
// CHECK:       %[[FLAGS:.*]] = arith.extui %[[GROWN]]
// CHECK:       %[[SOME:.*]] = tile.reduce max %[[FLAGS]] {axis = 0 : i32} : tensor<16xi32> -> i32
// CHECK:       %[[ANY:.*]] = arith.cmpi ne, %[[SOME]]
// CHECK:       %[[R:.*]]:2 = scf.if %[[ANY]] -> (tensor<16x32xf32>, tensor<16x64xf32>)
// CHECK:         %[[D:.*]] = arith.subf %[[M]], %[[BASE]]
// CHECK:         math.exp2 %[[D]]
// CHECK:         %[[L1:.*]] = arith.mulf %[[L]]
// CHECK:         %[[ACC1:.*]] = arith.mulf %[[ACC]]
// CHECK:         scf.yield %[[L1]], %[[ACC1]]
// CHECK:       } else {
// CHECK:         scf.yield %[[L]], %[[ACC]]
// CHECK:       %[[X:.*]] = arith.subf %[[S]]
// CHECK:       %[[W:.*]] = math.exp2 %[[X]]
// CHECK:       %[[NEWL:.*]] = arith.addf %[[R]]#0, %[[W]]
// CHECK:       %[[P:.*]] = arith.truncf %[[W]]
// CHECK:       %[[D:.*]] = tile.dot %[[P]], %{{.*}}, %[[R]]#1
// CHECK:       attn.softmax_finish %[[NEW]], %[[NEWL]], %[[D]]

// NONE-LABEL: func.func @attend
// NONE-NOT:   attn.
// NONE:       return
func.func @attend(%s: tensor<16x32xf32>, %v: tensor<32x64xbf16>, %out: tensor<16x64x!tile.ptr<f32>>, %lse: tensor<16x!tile.ptr<f32>>) attributes {tile.kernel} {
  %m, %l, %acc = attn.softmax_init : tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
  %w, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc {label = "softmax"} : tensor<16x32xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
  %p = arith.truncf %w : tensor<16x32xf32> to tensor<16x32xbf16>
  %d = tile.dot %p, %v, %acc1 : tensor<16x32xbf16>, tensor<32x64xbf16>, tensor<16x64xf32>
  %o, %e = attn.softmax_finish %m1, %l1, %d : tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
  tile.store %out, %o : tensor<16x64x!tile.ptr<f32>>
  tile.store %lse, %e : tensor<16x!tile.ptr<f32>>
  return
}
