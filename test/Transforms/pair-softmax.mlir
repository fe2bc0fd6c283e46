// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(tile-unroll{loop=keys factor=2},attn-pair-softmax{loop=keys}))' | FileCheck %s
// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(tile-unroll{loop=keys factor=2},attn-pair-softmax{loop=keys threshold=4}))' | FileCheck %s --check-prefix=LAZY

// Both tiles of scores exist before the first weights; the state is scaled once; the products follow each other on one accumulator. The rest
// keeps its own step.
// CHECK-LABEL: func.func @attend
// CHECK:       scf.for {{.*}} iter_args(%[[M:.*]] = %{{.*}}, %[[L:.*]] = %{{.*}}, %[[ACC:.*]] = %{{.*}})
// CHECK:         %[[S0:.*]] = tile.dot {{.*}} {label = "qk.0"}
// CHECK-NOT:     label = "pv
// CHECK:         %[[S1:.*]] = tile.dot {{.*}} {label = "qk.1"}
// CHECK:         %[[M0:.*]] = tile.reduce max %[[S0]]
// CHECK:         %[[T0:.*]] = arith.maxnumf %[[M]], %[[M0]]
// CHECK:         %[[M1:.*]] = tile.reduce max %[[S1]]
// CHECK:         %[[TOP:.*]] = arith.maxnumf %[[T0]], %[[M1]]
// CHECK:         %[[BASE:.*]] = arith.select %{{.*}}, %{{.*}}, %[[TOP]]
// CHECK:         %[[D:.*]] = arith.subf %[[M]], %[[BASE]]
// CHECK:         %[[DECAY:.*]] = math.exp2 %[[D]]
// CHECK:         %[[L0:.*]] = arith.mulf %[[L]]
// CHECK:         %[[A0:.*]] = arith.mulf %[[ACC]]
// CHECK:         %[[X0:.*]] = arith.subf %[[S0]]
// CHECK:         %[[W0:.*]] = math.exp2 %[[X0]]
// CHECK:         %[[X1:.*]] = arith.subf %[[S1]]
// CHECK:         %[[W1:.*]] = math.exp2 %[[X1]]
// CHECK:         %[[L1:.*]] = arith.addf %[[L0]], %[[W0]]
// CHECK:         %[[L2:.*]] = arith.addf %[[L1]], %[[W1]]
// CHECK:         %[[P0:.*]] = arith.truncf %[[W0]]
// CHECK:         %[[A1:.*]] = tile.dot %[[P0]], %{{.*}}, %[[A0]] {label = "pv.0"}
// CHECK:         %[[P1:.*]] = arith.truncf %[[W1]]
// CHECK:         %[[A2:.*]] = tile.dot %[[P1]], %{{.*}}, %[[A1]] {label = "pv.1"}
// CHECK:         scf.yield %[[TOP]], %[[L2]], %[[A2]]
// CHECK:       tile.label = "keys"
// CHECK:       attn.softmax_step {{.*}} {label = "softmax.tail"}

// LAZY:        %[[GROWN:.*]] = arith.cmpf ogt
// LAZY:        scf.if
// LAZY:        label = "pv.0"
// LAZY-NOT:    arith.mulf
// LAZY:        label = "pv.1"
func.func @attend(%q: tensor<16x64xbf16>, %v: !tile.view<?x64xbf16>, %n: i64, %out: tensor<16x64x!tile.ptr<f32>>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c32 = arith.constant 32 : i64
  %zero = arith.constant dense<0.0> : tensor<16x32xf32>
  %m0, %l0, %acc0 = attn.softmax_init : tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
  %r:3 = scf.for %k = %c0 to %n step %c32 iter_args(%m = %m0, %l = %l0, %acc = %acc0) -> (tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>) : i64 {
    %kv = tile.load_view %v[%k, %c0] dims [0, 1] {label = "kv"} : !tile.view<?x64xbf16> -> tensor<32x64xbf16>
    %kt = tile.trans %kv : tensor<32x64xbf16> -> tensor<64x32xbf16>
    %s = tile.dot %q, %kt, %zero {label = "qk"} : tensor<16x64xbf16>, tensor<64x32xbf16>, tensor<16x32xf32>
    %w, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc {label = "softmax"} : tensor<16x32xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
    %p = arith.truncf %w : tensor<16x32xf32> to tensor<16x32xbf16>
    %d = tile.dot %p, %kv, %acc1 {label = "pv"} : tensor<16x32xbf16>, tensor<32x64xbf16>, tensor<16x64xf32>
    scf.yield %m1, %l1, %d : tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
  } {tile.label = "keys"}
  tile.store %out, %r#2 : tensor<16x64x!tile.ptr<f32>>
  return
}

// One reduction for both tiles of weights.
// CHECK-LABEL: func.func @attend_row_sums
// CHECK:         %[[W0:.*]] = math.exp2 %{{.*}} fastmath<afn> : tensor<16x32xf32>
// CHECK:         %[[W1:.*]] = math.exp2 %{{.*}} fastmath<afn> : tensor<16x32xf32>
// CHECK:         %[[W:.*]] = arith.addf %[[W0]], %[[W1]] fastmath<contract> : tensor<16x32xf32>
// CHECK:         %[[SUM:.*]] = tile.reduce sum %[[W]] {axis = 1 : i32}
// CHECK:         tile.expand_dims %[[SUM]] {axis = 1 : i32} : tensor<16xf32> -> tensor<16x1xf32>
// CHECK:       tile.label = "keys"
func.func @attend_row_sums(%q: tensor<16x64xbf16>, %v: !tile.view<?x64xbf16>, %n: i64, %out: tensor<16x64x!tile.ptr<f32>>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c32 = arith.constant 32 : i64
  %zero = arith.constant dense<0.0> : tensor<16x32xf32>
  %m0, %l0, %acc0 = attn.softmax_init : tensor<16xf32>, tensor<16x1xf32>, tensor<16x64xf32>
  %r:3 = scf.for %k = %c0 to %n step %c32 iter_args(%m = %m0, %l = %l0, %acc = %acc0) -> (tensor<16xf32>, tensor<16x1xf32>, tensor<16x64xf32>) : i64 {
    %kv = tile.load_view %v[%k, %c0] dims [0, 1] {label = "kv"} : !tile.view<?x64xbf16> -> tensor<32x64xbf16>
    %kt = tile.trans %kv : tensor<32x64xbf16> -> tensor<64x32xbf16>
    %s = tile.dot %q, %kt, %zero {label = "qk"} : tensor<16x64xbf16>, tensor<64x32xbf16>, tensor<16x32xf32>
    %w, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc {label = "softmax"} : tensor<16x32xf32>, tensor<16xf32>, tensor<16x1xf32>, tensor<16x64xf32>
    %p = arith.truncf %w : tensor<16x32xf32> to tensor<16x32xbf16>
    %d = tile.dot %p, %kv, %acc1 {label = "pv"} : tensor<16x32xbf16>, tensor<32x64xbf16>, tensor<16x64xf32>
    scf.yield %m1, %l1, %d : tensor<16xf32>, tensor<16x1xf32>, tensor<16x64xf32>
  } {tile.label = "keys"}
  tile.store %out, %r#2 : tensor<16x64x!tile.ptr<f32>>
  return
}
