// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm -verify-diagnostics | FileCheck %s

// Row-major order is a string of coordinate bits: registers get other names.
// CHECK-LABEL: llvm.func @bits_of_the_coordinates
// CHECK:         arith.addi %{{.*}}, %{{.*}} : i32
// CHECK-NOT:     llvm.store
// CHECK:         llvm.return
#flat = #sm.layout<[1], {register = [[1], [2]], lane = [[4], [8], [16], [32], [64]], warp = []}, [128]>
#matrix = #sm.layout<[1, 1], {register = [[0, 1], [0, 2]], lane = [[0, 4], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 8]>
func.func @bits_of_the_coordinates() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 128 : tensor<128xi32, #flat>
  %m = tile.reshape %r : tensor<128xi32, #flat> -> tensor<16x8xi32, #matrix>
  %s = arith.addi %m, %m : tensor<16x8xi32, #matrix>
  return
}

// -----

// 3 rows of 4 as 12 elements: lanes write what lies inside, read up to the last one.
// CHECK-LABEL: llvm.func @original_elements_go_through_scratch
// CHECK-DAG:     %[[C3:.*]] = arith.constant 3 : i32
// CHECK-DAG:     %[[LAST:.*]] = arith.constant 44 : i32
// CHECK:         arith.cmpi slt, %{{.*}}, %[[C3]] : i32
// CHECK:         llvm.inline_asm {{.*}}st.shared.b32
// CHECK:         nvvm.barrier
// CHECK:         arith.minui %{{.*}}, %[[LAST]] : i32
// CHECK:         llvm.load
#tile = #sm.layout<[1, 1], {register = [], lane = [[0, 1], [0, 2], [1, 0], [2, 0], [0, 0]], warp = []}, [4, 4]>
#row = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [0]], warp = []}, [16]>
func.func @original_elements_go_through_scratch(%x: f32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %x : f32 -> tensor<4x4xf32, #tile>
  %r = tile.reshape %t {from = array<i64: 3, 4>, to = array<i64: 12>, sm.scratch_offset = 0 : i64} : tensor<4x4xf32, #tile> -> tensor<16xf32, #row>
  return
}

// -----

#tile = #sm.layout<[1, 1], {register = [], lane = [[0, 1], [0, 2], [1, 0], [2, 0], [0, 0]], warp = []}, [4, 4]>
#row = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [0]], warp = []}, [16]>
func.func @scratch_must_be_planned(%x: f32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %x : f32 -> tensor<4x4xf32, #tile>
  // expected-error @below {{cannot be lowered: it has no `sm.scratch_offset` (run sm-plan-memory)}}
  %r = tile.reshape %t {from = array<i64: 3, 4>, to = array<i64: 12>} : tensor<4x4xf32, #tile> -> tensor<16xf32, #row>
  return
}

// -----

// Pairs in registers cost nothing.
// CHECK-LABEL: llvm.func @pairs
// CHECK-SAME:  (%[[A:.*]]: i32, %[[B:.*]]: i32)
// CHECK:         arith.subi %[[A]], %[[B]]
// CHECK-NOT:     arith.subi
#one = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
#two = #sm.layout<[1, 1], {register = [[0, 1]], lane = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0]], warp = []}, [32, 2]>
func.func @pairs(%x: i32, %y: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = tile.splat %x : i32 -> tensor<32xi32, #one>
  %b = tile.splat %y : i32 -> tensor<32xi32, #one>
  %p = tile.join %a, %b : tensor<32xi32, #one> -> tensor<32x2xi32, #two>
  %c, %d = tile.split %p : tensor<32x2xi32, #two> -> tensor<32xi32, #one>
  %e = arith.subi %c, %d : tensor<32xi32, #one>
  return
}

// -----

#one = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
#lanes = #sm.layout<[1, 1], {register = [[16, 0]], lane = [[0, 1], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [32, 2]>
func.func @halves_in_other_lanes(%p: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %p : i32 -> tensor<32x2xi32, #lanes>
  // expected-error @below {{expects layouts in which every thread holds what it needs}}
  %c, %d = tile.split %s : tensor<32x2xi32, #lanes> -> tensor<32xi32, #one>
  return
}

// -----

#one = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
#lanes = #sm.layout<[1, 1], {register = [[16, 0]], lane = [[0, 1], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [32, 2]>
func.func @pairs_in_other_lanes(%p: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %p : i32 -> tensor<32xi32, #one>
  // expected-error @below {{expects layouts in which every thread holds what it needs}}
  %c = tile.join %s, %s : tensor<32xi32, #one> -> tensor<32x2xi32, #lanes>
  return
}
