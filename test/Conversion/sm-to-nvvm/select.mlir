// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm -verify-diagnostics | FileCheck %s

// Everything goes to scratch memory; an index that is too large reads element 0 and gives zero.
// CHECK-LABEL: llvm.func @gather
// CHECK-DAG:     %[[C32:.*]] = arith.constant 32 : i64
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK:         llvm.store
// CHECK:         nvvm.barrier
// CHECK:         %[[VALID:.*]] = arith.cmpi ult, %{{.*}}, %[[C32]] : i64
// CHECK:         arith.select %[[VALID]], %{{.*}}, %{{.*}} : i32
// CHECK:         llvm.load
// CHECK:         arith.select %[[VALID]], %{{.*}}, %[[ZERO]] : f32
#row = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
#few = #sm.layout<[1], {register = [], lane = [[1], [2], [0], [0], [0]], warp = []}, [4]>
func.func @gather(%x: f32, %i: i64) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %x : f32 -> tensor<32xf32, #row>
  %j = tile.splat %i : i64 -> tensor<4xi64, #few>
  %r = tile.gather %t[%j] {axis = 0 : i32, sm.scratch_offset = 0 : i64} : tensor<32xf32, #row>, tensor<4xi64, #few> -> tensor<4xf32, #few>
  return
}

// -----

// Zeros, counts, results. Lanes that repeat elements count nothing.
// CHECK-LABEL: llvm.func @histogram
// CHECK:         llvm.inline_asm {{.*}}st.shared.b32
// CHECK:         nvvm.barrier
// CHECK:         arith.cmpi ult
// CHECK:         llvm.inline_asm {{.*}}red.shared.add.u32 [$0], 1;
// CHECK:         nvvm.barrier
// CHECK:         llvm.load
#few = #sm.layout<[1], {register = [], lane = [[1], [2], [0], [0], [0]], warp = []}, [4]>
func.func @histogram(%i: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %i : i32 -> tensor<4xi32, #few>
  %r = tile.histogram %t {sm.scratch_offset = 0 : i64} : tensor<4xi32, #few> -> tensor<4xi32, #few>
  return
}

// -----

#few = #sm.layout<[1], {register = [], lane = [[1], [2], [0], [0], [0]], warp = []}, [4]>
func.func @scratch_must_be_planned(%i: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %i : i32 -> tensor<4xi32, #few>
  // expected-error @below {{cannot be lowered: it has no `sm.scratch_offset` (run sm-plan-memory)}}
  %r = tile.histogram %t : tensor<4xi32, #few> -> tensor<4xi32, #few>
  return
}

// -----

// Four elements: the pair in a thread by minimum and maximum, the pair of lanes by a shuffle.
// CHECK-LABEL: llvm.func @sort
// CHECK:         arith.cmpi sgt
// CHECK-COUNT-2: nvvm.shfl.sync bfly
// CHECK:         arith.minsi
// CHECK:         arith.maxsi
// CHECK-NOT:     nvvm.shfl
#line = #sm.layout<[1], {register = [[1]], lane = [[2], [0], [0], [0], [0]], warp = []}, [4]>
func.func @sort(%x: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %x : i32 -> tensor<4xi32, #line>
  %r = tile.sort %t {axis = 0 : i32} : tensor<4xi32, #line>
  return
}

// -----

// Bitonic elements take the last steps of the network only: lanes, then registers.
// CHECK-LABEL: llvm.func @sort_bitonic
// CHECK-NOT:     arith.cmpi sgt
// CHECK-COUNT-2: nvvm.shfl.sync bfly
// CHECK-NOT:     nvvm.shfl
// CHECK:         arith.minsi
// CHECK:         llvm.return
#line = #sm.layout<[1], {register = [[1]], lane = [[2], [0], [0], [0], [0]], warp = []}, [4]>
func.func @sort_bitonic(%x: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %x : i32 -> tensor<4xi32, #line>
  %r = tile.sort %t {axis = 0 : i32, bitonic} : tensor<4xi32, #line>
  return
}

// -----

#warps = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = [[32]]}, [64]>
func.func @warps_hold_whole_lines(%x: i32) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %t = tile.splat %x : i32 -> tensor<64xi32, #warps>
  // expected-error @below {{expects steps along the axis in single bits of register and lane, got}}
  %r = tile.sort %t {axis = 0 : i32} : tensor<64xi32, #warps>
  return
}
