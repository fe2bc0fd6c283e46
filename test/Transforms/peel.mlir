// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-peel{loop=keys}))' | FileCheck %s
// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-peel{loop=keys which=tail},canonicalize))' | FileCheck %s --check-prefix=FOLD

!view = !tile.view<?x?xbf16>

// In the main loop a whole step lies below the bound, and below what the bound is the minimum of: the mask and the length go there and
// stay in the tail.
// CHECK-LABEL: func.func @masks
// CHECK-SAME:    %[[LB:[^:]*]]: i32, %[[N:[^:]*]]: i32, %[[LENGTH:[^:]*]]: i32
// CHECK:       %[[UB:.*]] = arith.minsi
// CHECK:       %[[RUNS:.*]] = arith.cmpi slt, %[[LB]], %[[UB]]
// CHECK:       %[[SPAN:.*]] = arith.subi %[[UB]], %[[LB]]
// CHECK:       %[[REST:.*]] = arith.remui %[[SPAN]]
// CHECK:       %[[WHOLE:.*]] = arith.subi %[[UB]], %[[REST]]
// CHECK:       %[[MIDDLE:.*]] = arith.select %[[RUNS]], %[[WHOLE]], %[[LB]]
// CHECK:       %[[MAIN:.*]] = scf.for %{{.*}} = %[[LB]] to %[[MIDDLE]]
// CHECK:         tile.load_view
// CHECK-NOT:     valid
// CHECK-SAME:    label = "kv"
// CHECK:         arith.select %cst{{.*}} : tensor<64xi1>
// CHECK:       } {tile.label = "keys"}
// CHECK:       scf.for %{{.*}} = %[[MIDDLE]] to %[[UB]] step %{{.*}} iter_args(%{{.*}} = %[[MAIN]])
// CHECK:         tile.load_view {{.*}} valid {{.*}}label = "kv.tail"
// CHECK:         %[[M:.*]] = arith.cmpi slt
// CHECK:         arith.select %[[M]]
// CHECK:       } {tile.label = "keys.tail"}
func.func @masks(%v: !view, %lb: i32, %n: i32, %length: i32, %x: tensor<64xf32>, %y: tensor<64xf32>, %j: i64, %p: tensor<64x!tile.ptr<f32>>) attributes {tile.kernel} {
  %s = arith.constant 64 : i32
  %ub = arith.minsi %n, %length : i32
  %keys = tile.range 0 to 64 : tensor<64xi32>
  %limit = tile.splat %length : i32 -> tensor<64xi32>
  %r = scf.for %i = %lb to %ub step %s iter_args(%acc = %x) -> (tensor<64xf32>) : i32 {
    %left = arith.subi %length, %i : i32
    %valid = arith.extsi %left : i32 to i64
    %row = arith.extsi %i : i32 to i64
    %t = tile.load_view %v[%row, %j] dims [0, 1] valid %valid {label = "kv"} : !view -> tensor<64x32xbf16>
    %f = arith.extf %t : tensor<64x32xbf16> to tensor<64x32xf32>
    %sum = tile.reduce sum %f {axis = 1 : i32} : tensor<64x32xf32> -> tensor<64xf32>
    %first = tile.splat %i : i32 -> tensor<64xi32>
    %key = arith.addi %first, %keys : tensor<64xi32>
    %mask = arith.cmpi slt, %key, %limit : tensor<64xi32>
    %kept = arith.select %mask, %sum, %y : tensor<64xi1>, tensor<64xf32>
    %next = arith.addf %acc, %kept : tensor<64xf32>
    scf.yield %next : tensor<64xf32>
  } {tile.label = "keys"}
  tile.store %p, %r : tensor<64x!tile.ptr<f32>>
  return
}

// -----

// A limit that the bound does not know, a range that is longer than the step, and rows past the step: nothing goes.
// CHECK-LABEL: func.func @undecided
// CHECK:       scf.for
// CHECK:         %[[A:.*]] = arith.cmpi slt
// CHECK:         %[[B:.*]] = arith.cmpi slt
// CHECK:         tile.store %{{.*}}, %{{.*}}, mask %[[A]]
// CHECK:         tile.store %{{.*}}, %{{.*}}, mask %[[B]]
// CHECK:       tile.label = "keys"
func.func @undecided(%lb: i32, %ub: i32, %other: i32, %x: tensor<64xf32>, %y: tensor<128xf32>, %p: tensor<64x!tile.ptr<f32>>, %q: tensor<128x!tile.ptr<f32>>) attributes {tile.kernel} {
  %s = arith.constant 64 : i32
  %keys = tile.range 0 to 64 : tensor<64xi32>
  %many = tile.range 0 to 128 : tensor<128xi32>
  %limit = tile.splat %other : i32 -> tensor<64xi32>
  %bound = tile.splat %ub : i32 -> tensor<128xi32>
  scf.for %i = %lb to %ub step %s : i32 {
    %first = tile.splat %i : i32 -> tensor<64xi32>
    %key = arith.addi %first, %keys : tensor<64xi32>
    %a = arith.cmpi slt, %key, %limit : tensor<64xi32>
    %firsts = tile.splat %i : i32 -> tensor<128xi32>
    %more = arith.addi %firsts, %many : tensor<128xi32>
    %b = arith.cmpi slt, %more, %bound : tensor<128xi32>
    tile.store %p, %x, mask %a : tensor<64x!tile.ptr<f32>>
    tile.store %q, %y, mask %b : tensor<128x!tile.ptr<f32>>
  } {tile.label = "keys"}
  return
}

// -----

// No iteration, one whole one, one partial one, one of each.
// FOLD-LABEL: func.func @none
// FOLD-NOT:   tile.load
// FOLD:       return
func.func @none(%p: !tile.ptr<f32>) attributes {tile.kernel} {
  %lb = arith.constant 64 : i32
  %ub = arith.constant 0 : i32
  %s = arith.constant 64 : i32
  scf.for %i = %lb to %ub step %s : i32 {
    %v = tile.load %p {label = "v"} : !tile.ptr<f32>
    tile.store %p, %v : !tile.ptr<f32>
  } {tile.label = "keys"}
  return
}

// -----

// FOLD-LABEL: func.func @whole
// FOLD-COUNT-1: tile.load %{{.*}} {label = "v"}
// FOLD-NOT:   tile.load
// FOLD:       return
func.func @whole(%p: !tile.ptr<f32>) attributes {tile.kernel} {
  %lb = arith.constant 64 : i32
  %ub = arith.constant 128 : i32
  %s = arith.constant 64 : i32
  scf.for %i = %lb to %ub step %s : i32 {
    %v = tile.load %p {label = "v"} : !tile.ptr<f32>
    tile.store %p, %v : !tile.ptr<f32>
  } {tile.label = "keys"}
  return
}

// -----

// FOLD-LABEL: func.func @partial
// FOLD-COUNT-1: tile.load %{{.*}} {label = "v.tail"}
// FOLD-NOT:   tile.load
// FOLD:       return
func.func @partial(%p: !tile.ptr<f32>) attributes {tile.kernel} {
  %lb = arith.constant 64 : i32
  %ub = arith.constant 65 : i32
  %s = arith.constant 64 : i32
  scf.for %i = %lb to %ub step %s : i32 {
    %v = tile.load %p {label = "v"} : !tile.ptr<f32>
    tile.store %p, %v : !tile.ptr<f32>
  } {tile.label = "keys"}
  return
}

// -----

// FOLD-LABEL: func.func @both
// FOLD:       tile.load %{{.*}} {label = "v"}
// FOLD:       tile.load %{{.*}} {label = "v.tail"}
// FOLD-NOT:   tile.load
// FOLD:       return
func.func @both(%p: !tile.ptr<f32>) attributes {tile.kernel} {
  %lb = arith.constant -3 : i32
  %ub = arith.constant 124 : i32
  %s = arith.constant 64 : i32
  scf.for %i = %lb to %ub step %s : i32 {
    %v = tile.load %p {label = "v"} : !tile.ptr<f32>
    tile.store %p, %v : !tile.ptr<f32>
  } {tile.label = "keys"}
  return
}
