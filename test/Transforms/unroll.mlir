// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-unroll{loop=keys factor=2}))' | FileCheck %s
// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-unroll{loop=keys factor=2},canonicalize))' | FileCheck %s --check-prefix=FOLD
// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-unroll{loop=keys factor=3}))' | FileCheck %s --check-prefix=THREE

// The bound between the loops is counted without a sign from the distance of the bounds, and is the lower bound of an empty loop.
// CHECK-LABEL: func.func @sum
// CHECK-SAME:    %[[P:[^:]*]]: !tile.ptr<f32>, %[[LB:[^:]*]]: i32, %[[UB:[^:]*]]: i32
// CHECK:       %[[S:.*]] = arith.constant 64 : i32
// CHECK:       %[[RUNS:.*]] = arith.cmpi slt, %[[LB]], %[[UB]]
// CHECK:       %[[SPAN:.*]] = arith.subi %[[UB]], %[[LB]]
// CHECK:       %[[LAST:.*]] = arith.subi %[[SPAN]]
// CHECK:       %[[BEFORE:.*]] = arith.divui %[[LAST]], %[[S]]
// CHECK:       %[[TRIPS:.*]] = arith.addi %[[BEFORE]]
// CHECK:       %[[REST:.*]] = arith.remui %[[TRIPS]]
// CHECK:       %[[WHOLE:.*]] = arith.subi %[[TRIPS]], %[[REST]]
// CHECK:       %[[DISTANCE:.*]] = arith.muli %[[WHOLE]], %[[S]]
// CHECK:       %[[END:.*]] = arith.addi %[[LB]], %[[DISTANCE]]
// CHECK:       %[[EVEN:.*]] = arith.cmpi eq, %[[REST]]
// CHECK:       %[[SPLIT:.*]] = arith.select %[[EVEN]], %[[UB]], %[[END]]
// CHECK:       %[[MIDDLE:.*]] = arith.select %[[RUNS]], %[[SPLIT]], %[[LB]]
// CHECK:       %[[CHUNK:.*]] = arith.muli %[[S]]
// CHECK:       %[[MAIN:.*]] = scf.for %[[I:.*]] = %[[LB]] to %[[MIDDLE]] step %[[CHUNK]] iter_args(%[[X:.*]] = %{{.*}}) -> (f32)
// CHECK:         %[[Q0:.*]] = tile.addptr %[[P]], %[[I]]
// CHECK:         %[[V0:.*]] = tile.load %[[Q0]] {label = "v.0"}
// CHECK:         %[[Y0:.*]] = arith.addf %[[X]], %[[V0]]
// CHECK:         %[[I1:.*]] = arith.addi %[[I]]
// CHECK:         %[[Q1:.*]] = tile.addptr %[[P]], %[[I1]]
// CHECK:         %[[V1:.*]] = tile.load %[[Q1]] {label = "v.1"}
// CHECK:         %[[Y1:.*]] = arith.addf %[[Y0]], %[[V1]]
// CHECK:         scf.yield %[[Y1]]
// CHECK:       } {tile.label = "keys"}
// CHECK:       %[[R:.*]] = scf.for %[[I:.*]] = %[[MIDDLE]] to %[[UB]] step %[[S]] iter_args(%[[X:.*]] = %[[MAIN]]) -> (f32)
// CHECK:         tile.load %{{.*}} {label = "v.tail"}
// CHECK:       } {tile.label = "keys.tail"}
// CHECK:       tile.store %[[P]], %[[R]]

// THREE-LABEL: func.func @sum
// THREE:       label = "v.0"
// THREE:       label = "v.1"
// THREE:       label = "v.2"
func.func @sum(%p: !tile.ptr<f32>, %lb: i32, %ub: i32) attributes {tile.kernel} {
  %s = arith.constant 64 : i32
  %z = arith.constant 0.0 : f32
  %r = scf.for %i = %lb to %ub step %s iter_args(%x = %z) -> (f32) : i32 {
    %q = tile.addptr %p, %i : !tile.ptr<f32>, i32
    %v = tile.load %q {label = "v"} : !tile.ptr<f32>
    %y = arith.addf %x, %v : f32
    scf.yield %y : f32
  } {tile.label = "keys"}
  tile.store %p, %r : !tile.ptr<f32>
  return
}

// -----

// An unsigned loop compares unsigned, before and after. Labels inside nested loops get suffixes too.
// CHECK-LABEL: func.func @unsigned
// CHECK:       arith.cmpi ult
// CHECK:       scf.for unsigned
// CHECK:         tile.label = "inner.0"
// CHECK:         tile.label = "inner.1"
// CHECK:       tile.label = "keys"
// CHECK:       scf.for unsigned
// CHECK:         tile.label = "inner.tail"
// CHECK:       tile.label = "keys.tail"
func.func @unsigned(%p: !tile.ptr<f32>, %lb: i64, %ub: i64, %s: i64) attributes {tile.kernel} {
  scf.for unsigned %i = %lb to %ub step %s : i64 {
    scf.for %j = %lb to %ub step %s : i64 {
      %q = tile.addptr %p, %j : !tile.ptr<f32>, i64
      %v = tile.load %q : !tile.ptr<f32>
      tile.store %p, %v : !tile.ptr<f32>
    } {tile.label = "inner"}
  } {tile.label = "keys"}
  return
}

// -----

// No iteration: nothing is left.
// FOLD-LABEL: func.func @none
// FOLD-NOT:   tile.load
// FOLD:       return
func.func @none(%p: !tile.ptr<f32>) attributes {tile.kernel} {
  %lb = arith.constant 64 : i32
  %ub = arith.constant 64 : i32
  %s = arith.constant 64 : i32
  scf.for %i = %lb to %ub step %s : i32 {
    %v = tile.load %p {label = "v"} : !tile.ptr<f32>
    tile.store %p, %v : !tile.ptr<f32>
  } {tile.label = "keys"}
  return
}

// -----

// One iteration, and a partial one: the rest alone.
// FOLD-LABEL: func.func @one
// FOLD-COUNT-1: tile.load %{{.*}} {label = "v.tail"}
// FOLD-NOT:   tile.load
// FOLD:       return
func.func @one(%p: !tile.ptr<f32>) attributes {tile.kernel} {
  %lb = arith.constant 64 : i32
  %ub = arith.constant 100 : i32
  %s = arith.constant 64 : i32
  scf.for %i = %lb to %ub step %s : i32 {
    %v = tile.load %p {label = "v"} : !tile.ptr<f32>
    tile.store %p, %v : !tile.ptr<f32>
  } {tile.label = "keys"}
  return
}

// -----

// Two iterations, the second one partial: one of the main loop, and no rest.
// FOLD-LABEL: func.func @two
// FOLD:       tile.load %{{.*}} {label = "v.0"}
// FOLD:       tile.load %{{.*}} {label = "v.1"}
// FOLD-NOT:   tile.load
// FOLD:       return
func.func @two(%p: !tile.ptr<f32>) attributes {tile.kernel} {
  %lb = arith.constant 0 : i32
  %ub = arith.constant 100 : i32
  %s = arith.constant 64 : i32
  scf.for %i = %lb to %ub step %s : i32 {
    %v = tile.load %p {label = "v"} : !tile.ptr<f32>
    tile.store %p, %v : !tile.ptr<f32>
  } {tile.label = "keys"}
  return
}
