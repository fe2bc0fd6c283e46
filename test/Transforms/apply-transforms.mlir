// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-apply-transforms))' | FileCheck %s

// In order: the product of the first copy exists only after unrolling. What was done is on record.
// CHECK-LABEL: func.func @steps
// CHECK-SAME:    tile.applied_transforms = [{unroll = {factor = 2 : i32, loop = "blocks"}}, {split = {op = "ab.0", parts = 2 : i32}}]
// CHECK-NOT:   tile.transforms
// CHECK:       scf.for
// CHECK:         label = "ab.0.left"
// CHECK:         label = "ab.0.right"
// CHECK:         label = "ab.1.left"
// CHECK:         label = "ab.1.right"
// CHECK:       tile.label = "blocks"
// CHECK:       scf.for
// CHECK:         label = "ab.tail.left"
// CHECK:         label = "ab.tail.right"
// CHECK:       tile.label = "blocks.tail"
func.func @steps(%n: i32, %a: tensor<16x16xbf16>, %c: tensor<16x32xf32>, %b: tensor<16x32xbf16>, %p: tensor<16x32x!tile.ptr<f32>>) attributes {tile.kernel, tile.transforms = [{unroll = {loop = "blocks", factor = 2 : i32}}, {split = {op = "ab.0", parts = 2 : i32}}]} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %c) -> (tensor<16x32xf32>) : i32 {
    %d = tile.dot %a, %b, %acc {label = "ab"} : tensor<16x16xbf16>, tensor<16x32xbf16>, tensor<16x32xf32>
    scf.yield %d : tensor<16x32xf32>
  } {tile.label = "blocks"}
  tile.store %p, %r : tensor<16x32x!tile.ptr<f32>>
  return
}

// -----

// Without the attribute, and in functions that are no kernels, nothing changes.
// CHECK-LABEL: func.func @nothing
// CHECK-NEXT:  return
func.func @nothing() attributes {tile.kernel} {
  return
}

// -----

// What the source asks for, inner loops first.
// CHECK-LABEL: func.func @unroll_hints
// CHECK-NOT:   unroll_factor
// CHECK:       scf.for
// CHECK:         scf.for
// CHECK-COUNT-2: tile.store
// CHECK:         scf.for
// CHECK-COUNT-1: tile.store
// CHECK:         scf.for
// CHECK-COUNT-2: tile.store
// CHECK:       scf.for
// CHECK-NOT:   unroll_factor
func.func @unroll_hints(%n: i32, %p: !tile.ptr<i32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  scf.for %i = %c0 to %n step %c1 : i32 {
    scf.for %j = %c0 to %n step %c1 : i32 {
      tile.store %p, %j : !tile.ptr<i32>
    } {tile.unroll_factor = 2 : i32}
  } {tile.unroll_factor = 2 : i32}
  return
}

// -----

// A recipe's transforms win.
// CHECK-LABEL: func.func @recipe_wins
// CHECK:       scf.for
// CHECK-NOT:   scf.for
// CHECK-NOT:   unroll_factor
func.func @recipe_wins(%n: i32, %p: !tile.ptr<i32>) attributes {tile.kernel, tile.transforms = []} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  scf.for %i = %c0 to %n step %c1 : i32 {
    tile.store %p, %i : !tile.ptr<i32>
  } {tile.unroll_factor = 2 : i32}
  return
}
