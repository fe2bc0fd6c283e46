// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-pipeline-loops),cse)' | FileCheck %s

!ptrs = tensor<16x16x!tile.ptr<bf16>>
!two = !ws.channel<2 x tensor<16x16xbf16>>

// Depth 2: one put before the loop, one iteration ahead inside; the pointers travel ahead, the gets' slot alternates, and each put
// happens only if its iteration exists.
// CHECK-LABEL: func.func @depth_2
// CHECK-SAME:  %[[P:[^:]*]]: tensor<16x16x!tile.ptr<bf16>>, %[[STEP:[^:]*]]: tensor<16x16xi32>, %[[N:[^:]*]]: i32
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK-DAG:   %[[ONE:.*]] = arith.constant 1 : i32
// CHECK:       %[[ANY:.*]] = arith.cmpi slt, %[[ZERO]], %[[N]]
// CHECK:       %[[INSIDE:.*]] = arith.cmpi ult
// CHECK:       %[[EXISTS:.*]] = arith.andi %[[ANY]], %[[INSIDE]]
// CHECK:       %[[P1:.*]] = tile.addptr %[[P]], %[[STEP]]
// CHECK:       ws.put %[[C:.*]][%[[ZERO]]], %[[P]] if %[[EXISTS]]
// CHECK:       scf.for %[[I:.*]] = %[[ZERO]] to %[[N]] step %[[ONE]] iter_args(%[[ACC:.*]] = %{{.*}}, %[[AHEAD:.*]] = %[[P1]], %[[SLOT:.*]] = %[[ZERO]])
// CHECK-NEXT:    %[[T:.*]] = ws.get %[[C]][%[[SLOT]]] {ahead = 1 : i32}
// CHECK:         %[[LEFT:.*]] = arith.subi %[[N]], %[[I]]
// CHECK:         %[[NEXT:.*]] = arith.cmpi ult, %{{.*}}, %[[LEFT]]
// CHECK:         %[[PUTSLOT:.*]] = arith.select
// CHECK:         %[[P2:.*]] = tile.addptr %[[AHEAD]], %[[STEP]]
// CHECK:         ws.put %[[C]][%[[PUTSLOT]]], %[[AHEAD]] if %[[NEXT]]
// CHECK:         %[[D:.*]] = tile.dot %[[T]]
// CHECK-NOT:     ws.release
// CHECK:         scf.yield %[[D]], %[[P2]]
func.func @depth_2(%p: !ptrs, %by: tensor<16x16xi32>, %n: i32, %b: tensor<16x16xbf16>, %out: tensor<16x16x!tile.ptr<f32>>) {
  %c = ws.channel {label = "a"} : !two
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r:2 = scf.for %i = %lower to %n step %step iter_args(%acc = %zero, %ptr = %p) -> (tensor<16x16xf32>, !ptrs) : i32 {
    ws.put %c, %ptr : !two, !ptrs
    %t = ws.get %c : !two
    %d = tile.dot %t, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    ws.release %c : !two
    %next = tile.addptr %ptr, %by : !ptrs, tensor<16x16xi32>
    scf.yield %d, %next : tensor<16x16xf32>, !ptrs
  }
  tile.store %out, %r#0 : tensor<16x16x!tile.ptr<f32>>
  return
}

// -----

!ptrs = tensor<16x16x!tile.ptr<bf16>>
!three = !ws.channel<3 x tensor<16x16xbf16>>

// What a put reads on its way runs ahead too, and only where its iteration exists: one iteration further than the put, which
// takes what was loaded in the iteration before.
// CHECK-LABEL: func.func @an_index_load_runs_ahead_under_the_predicate
// CHECK-COUNT-2: tile.load %{{.*}}, mask
// CHECK:       %[[FIRST:.*]] = tile.load %{{.*}}, mask
// CHECK-NOT:   tile.load
// CHECK:       scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[ROW:.*]] = %[[FIRST]], %{{.*}} = %{{.*}})
// CHECK:         %[[EXISTS:.*]] = arith.cmpi ult
// CHECK:         tile.addptr %{{.*}}, %[[ROW]]
// CHECK:         ws.put %{{.*}} if %[[EXISTS]]
// CHECK:         %[[LATER:.*]] = arith.cmpi ult
// CHECK:         %[[NEXT:.*]] = tile.load %{{.*}}, mask %[[LATER]]
// CHECK:         scf.yield %{{.*}}, %[[NEXT]], %{{.*}} : tensor
func.func @an_index_load_runs_ahead_under_the_predicate(%p: !tile.ptr<bf16>, %index: !tile.ptr<i32>, %n: i32,
    %b: tensor<16x16xbf16>, %out: tensor<16x16x!tile.ptr<f32>>) {
  %c = ws.channel {label = "a"} : !three
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %ip = tile.addptr %index, %i : !tile.ptr<i32>, i32
    %row = tile.load %ip : !tile.ptr<i32>
    %rp = tile.addptr %p, %row : !tile.ptr<bf16>, i32
    %ptr = tile.splat %rp : !tile.ptr<bf16> -> !ptrs
    ws.put %c, %ptr : !three, !ptrs
    %t = ws.get %c : !three
    %d = tile.dot %t, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    ws.release %c : !three
    scf.yield %d : tensor<16x16xf32>
  }
  tile.store %out, %r : tensor<16x16x!tile.ptr<f32>>
  return
}

// -----

!ptrs = tensor<16x16x!tile.ptr<bf16>>
!one = !ws.channel<1 x tensor<16x16xbf16>>

// CHECK-LABEL: func.func @depth_1_stays_in_place
// CHECK:       %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK:       ws.put %{{.*}}[%[[ZERO]]]
// CHECK-NEXT:  ws.get %{{.*}}[%[[ZERO]]] :
// CHECK-NOT:   ws.release
func.func @depth_1_stays_in_place(%p: !ptrs) {
  %c = ws.channel {label = "a"} : !one
  ws.put %c, %p : !one, !ptrs
  %t = ws.get %c : !one
  ws.release %c : !one
  return
}

// -----

!ptrs = tensor<16x16x!tile.ptr<bf16>>
!two = !ws.channel<2 x tensor<16x16xbf16>>

// CHECK-LABEL: func.func @unsigned_bounds_stay_unsigned
// CHECK:       arith.cmpi ult, %{{.*}}, %[[N:.*]] : i32
// CHECK:       scf.for unsigned
func.func @unsigned_bounds_stay_unsigned(%p: !ptrs, %k: i32, %n: i32) {
  %c = ws.channel {label = "a"} : !two
  scf.for unsigned %i = %k to %n step %n : i32 {
    ws.put %c, %p : !two, !ptrs
    %t = ws.get %c : !two
    tile.store %p, %t : !ptrs
    ws.release %c : !two
  }
  return
}

// -----

!ptrs = tensor<16x16x!tile.ptr<bf16>>
!one = !ws.channel<1 x tensor<16x16xbf16>>

// As far ahead as the channel is deep: the put for the next iteration stands behind the last reader and fills the slot of this
// one. The get may overtake no put: all but 0 groups have landed.
// CHECK-LABEL: func.func @late
// CHECK-SAME:  %[[P:[^:]*]]: tensor<16x16x!tile.ptr<bf16>>, %[[N:[^:]*]]: i32
// CHECK:       ws.put %[[C:.*]][%[[ZERO:.*]]], %[[P]] if
// CHECK:       scf.for %[[I:.*]] = %{{.*}} to %[[N]] step %{{.*}} iter_args(%[[ACC:.*]] = %{{.*}}, %[[SLOT:.*]] = %[[ZERO]])
// CHECK-NEXT:    %[[T:.*]] = ws.get %[[C]][%[[SLOT]]] {ahead = 1 : i32}
// CHECK-NEXT:    %[[D:.*]] = tile.dot %[[T]]
// CHECK:         %[[LEFT:.*]] = arith.subi %[[N]], %[[I]]
// CHECK:         %[[NEXT:.*]] = arith.cmpi ult, %{{.*}}, %[[LEFT]]
// CHECK:         ws.put %[[C]][%[[SLOT]]], %[[P]] if %[[NEXT]] : <1 x
// CHECK-NEXT:    scf.yield %[[D]], %[[ZERO]]
func.func @late(%p: !ptrs, %n: i32, %b: tensor<16x16xbf16>, %out: tensor<16x16x!tile.ptr<f32>>) {
  %c = ws.channel {label = "a"} : !one
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    ws.put %c, %p {ahead = 1 : i32} : !one, !ptrs
    %t = ws.get %c : !one
    %d = tile.dot %t, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    ws.release %c : !one
    scf.yield %d : tensor<16x16xf32>
  }
  tile.store %out, %r : tensor<16x16x!tile.ptr<f32>>
  return
}

// -----

!ptrs = tensor<16x16x!tile.ptr<bf16>>
!two = !ws.channel<2 x tensor<16x16xbf16>>

// What the iteration itself needs of an index is carried on instead of loaded again: both iterations under way have theirs.
// CHECK-LABEL: func.func @the_iteration_keeps_its_index
// CHECK:       %[[R0:.*]] = tile.load
// CHECK:       %[[R1:.*]] = tile.load
// CHECK:       scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[NOW:.*]] = %[[R0]], %[[AHEAD:.*]] = %[[R1]], %{{.*}} = %{{.*}})
// CHECK:         tile.addptr %{{.*}}, %[[AHEAD]]
// CHECK:         %[[R2:.*]] = tile.load
// CHECK:         arith.addi %{{.*}}, %[[NOW]]
// CHECK-NOT:     tile.load
// CHECK:         scf.yield %{{.*}}, %[[AHEAD]], %[[R2]]
func.func @the_iteration_keeps_its_index(%p: !tile.ptr<bf16>, %index: !tile.ptr<i32>, %n: i32, %out: !tile.ptr<i32>, %outs: !ptrs) {
  %c = ws.channel {label = "a"} : !two
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%sum = %lower) -> (i32) : i32 {
    %ip = tile.addptr %index, %i : !tile.ptr<i32>, i32
    %row = tile.load %ip : !tile.ptr<i32>
    %rp = tile.addptr %p, %row : !tile.ptr<bf16>, i32
    %ptr = tile.splat %rp : !tile.ptr<bf16> -> !ptrs
    ws.put %c, %ptr : !two, !ptrs
    %t = ws.get %c : !two
    tile.store %outs, %t : !ptrs
    ws.release %c : !two
    %next = arith.addi %sum, %row : i32
    scf.yield %next : i32
  }
  tile.store %out, %r : !tile.ptr<i32>
  return
}

// -----

!ptrs = tensor<16x16x!tile.ptr<bf16>>
!two = !ws.channel<2 x tensor<16x16xbf16>>

// An index that depends on a loop-carried value is loaded where it is needed.
// CHECK-LABEL: func.func @a_carried_address_is_not_early
// CHECK:       scf.for
// CHECK:         %[[ROW:.*]] = tile.load
// CHECK:         %[[P:.*]] = tile.addptr %{{.*}}, %[[ROW]]
// CHECK:         tile.splat %[[P]]
// CHECK:         ws.put
func.func @a_carried_address_is_not_early(%p: !tile.ptr<bf16>, %index: !tile.ptr<i32>, %n: i32, %outs: !ptrs) {
  %c = ws.channel {label = "a"} : !two
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%ip = %index) -> (!tile.ptr<i32>) : i32 {
    %row = tile.load %ip : !tile.ptr<i32>
    %rp = tile.addptr %p, %row : !tile.ptr<bf16>, i32
    %ptr = tile.splat %rp : !tile.ptr<bf16> -> !ptrs
    ws.put %c, %ptr : !two, !ptrs
    %t = ws.get %c : !two
    tile.store %outs, %t : !ptrs
    ws.release %c : !two
    %next = tile.addptr %ip, %step : !tile.ptr<i32>, i32
    scf.yield %next : !tile.ptr<i32>
  }
  return
}

// -----

!codes = tensor<16x16x!tile.ptr<f8E4M3FN>>
!two = !ws.channel<2 x tensor<16x16xbf16>>

// A computed tile with two slots: its codes are loaded behind the get, converted and put behind all of the iteration.
// CHECK-LABEL: func.func @computed_tiles_run_ahead
// CHECK-SAME:  %[[P:[^:]*]]: tensor<16x16x!tile.ptr<f8E4M3FN>>
// CHECK:       %[[C0:.*]] = tile.load %[[P]], mask
// CHECK:       %[[X0:.*]] = arith.truncf
// CHECK:       ws.put_tile %[[C:.*]][%[[ZERO:.*]]], %[[X0]]
// CHECK:       scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[SLOT:.*]] = %[[ZERO]])
// CHECK:         %[[T:.*]] = ws.get %[[C]][%[[SLOT]]] {ahead = 1 : i32}
// CHECK:         %[[EXISTS:.*]] = arith.cmpi ult
// CHECK:         %[[MASK:.*]] = tile.splat %[[EXISTS]]
// CHECK:         %[[CODES:.*]] = tile.load %[[P]], mask %[[MASK]]
// CHECK:         tile.dot %[[T]]
// CHECK:         %[[WIDE:.*]] = arith.extf %[[CODES]]
// CHECK:         %[[X:.*]] = arith.truncf %[[WIDE]]
// CHECK:         ws.put_tile %[[C]][%{{.*}}], %[[X]]
// CHECK-NOT:     ws.release
// CHECK:         scf.yield
func.func @computed_tiles_run_ahead(%p: !codes, %n: i32, %b: tensor<16x16xbf16>, %out: tensor<16x16x!tile.ptr<f32>>) {
  %c = ws.channel {label = "qk.shared"} : !two
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %codes = tile.load %p : !codes
    %wide = arith.extf %codes : tensor<16x16xf8E4M3FN> to tensor<16x16xf32>
    %x = arith.truncf %wide : tensor<16x16xf32> to tensor<16x16xbf16>
    ws.put_tile %c, %x : !two, tensor<16x16xbf16>
    %t = ws.get %c : !two
    %d = tile.dot %t, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    ws.release %c : !two
    scf.yield %d : tensor<16x16xf32>
  }
  tile.store %out, %r : tensor<16x16x!tile.ptr<f32>>
  return
}

// -----

!ptrs = tensor<64x64x!tile.ptr<bf16>>
!two = !ws.channel<2 x tensor<64x64xbf16>>

// Warpgroups multiply by themselves: what the next put needs is computed beside the first product, in front of what needs its result.
module attributes {sm.arch = "sm_90a"} {
  // CHECK-LABEL: func.func @beside_the_product
  // CHECK:       scf.for
  // CHECK:         ws.get
  // CHECK:         %[[S:.*]] = tile.dot
  // CHECK:         ws.put %
  // CHECK:         tile.reduce max %[[S]]
  func.func @beside_the_product(%p: !ptrs, %n: i32, %q: tensor<64x64xbf16>, %out: tensor<64x!tile.ptr<f32>>)
      attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %c = ws.channel {label = "a"} : !two
    %zero = arith.constant dense<0.0> : tensor<64x64xf32>
    %none = arith.constant dense<0xFF800000> : tensor<64xf32>
    %lower = arith.constant 0 : i32
    %step = arith.constant 1 : i32
    %r = scf.for %i = %lower to %n step %step iter_args(%m = %none) -> (tensor<64xf32>) : i32 {
      ws.put %c, %p : !two, !ptrs
      %t = ws.get %c : !two
      %s = tile.dot %q, %t, %zero : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
      ws.release %c : !two
      %max = tile.reduce max %s {axis = 1 : i32} : tensor<64x64xf32> -> tensor<64xf32>
      %next = arith.maxnumf %m, %max : tensor<64xf32>
      scf.yield %next : tensor<64xf32>
    }
    tile.store %out, %r : tensor<64x!tile.ptr<f32>>
    return
  }
}
