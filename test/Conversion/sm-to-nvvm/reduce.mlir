// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

#regs = #sm.layout<[1, 1], {register = [[0, 1], [4, 0]], lane = [[0, 2], [0, 4], [0, 8], [1, 0], [2, 0]], warp = []}, [8, 16]>
#rows = #sm.layout<[1], {register = [[4]], lane = [[0], [0], [0], [1], [2]], warp = []}, [8]>

// Two rows per thread: each combines two registers, then the three lane bits that move along the axis.
// CHECK-LABEL: llvm.func @rows_within_a_warp
// CHECK-COUNT-2: arith.maxnumf
// CHECK:         nvvm.shfl.sync bfly %{{.*}}, %{{.*}}, %[[FOUR:c4_i32]], %{{.*}} : f32 -> f32
// CHECK-COUNT-5: nvvm.shfl.sync bfly
// CHECK-NOT:     shfl
// CHECK-NOT:     barrier
func.func @rows_within_a_warp(%p: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %p : !tile.ptr<f32> -> tensor<8x16x!tile.ptr<f32>, #regs>
  %v = tile.load %s : tensor<8x16x!tile.ptr<f32>, #regs>
  %m = tile.reduce max %v {axis = 1 : i32} : tensor<8x16xf32, #regs> -> tensor<8xf32, #rows>
  return
}

// -----

#regs = #sm.layout<[3], {register = [], lane = [[1], [2], [4], [8], [0]], warp = [[0]]}, [16]>

// Segments are registers; lane bit 4 and the warp repeat elements, which count once. Narrow integers are combined in
// 32 bits, sign or zero extended.
// CHECK-LABEL: llvm.func @segments_and_replicas
// CHECK-COUNT-3: arith.extui %{{.*}} : i8 to i32
// CHECK-COUNT-2: arith.maxui
// CHECK-COUNT-4: nvvm.shfl.sync bfly
// CHECK-NOT:     shfl
// CHECK-NOT:     barrier
// CHECK:         arith.trunci %{{.*}} : i32 to i8
func.func @segments_and_replicas(%p: !tile.ptr<i8>) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %s = tile.splat %p : !tile.ptr<i8> -> tensor<48x!tile.ptr<i8>, #regs>
  %v = tile.load %s : tensor<48x!tile.ptr<i8>, #regs>
  %m = tile.reduce max %v {axis = 0 : i32, is_unsigned} : tensor<48xi8, #regs> -> i8
  return
}

// -----

#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = [[32], [64]]}, [128]>

// Lane 0 of each warp writes its part; one barrier; every thread reads and combines all parts.
// CHECK-LABEL: llvm.func @across_warps
// CHECK:         %[[BITS:.*]] = arith.constant 31 : i32
// CHECK:         %[[LANE:.*]] = arith.andi %{{.*}}, %[[BITS]]
// CHECK:         %[[LEADER:.*]] = arith.cmpi eq, %[[LANE]]
// CHECK-COUNT-5: nvvm.shfl.sync bfly
// CHECK:         llvm.inline_asm has_side_effects "@$1 st.shared.b32 [$0], $2;", "r,b,f" %{{.*}}, %[[LEADER]]
// CHECK-NEXT:    nvvm.barrier
// CHECK-COUNT-4: llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<3> -> f32
// CHECK-COUNT-3: arith.addf
// CHECK-NOT:     nvvm.barrier
func.func @across_warps(%p: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %s = tile.splat %p : !tile.ptr<f32> -> tensor<128x!tile.ptr<f32>, #regs>
  %v = tile.load %s : tensor<128x!tile.ptr<f32>, #regs>
  %m = tile.reduce sum %v {axis = 0 : i32, sm.scratch_offset = 2048 : i64} : tensor<128xf32, #regs> -> f32
  return
}

// -----

#regs = #sm.layout<[1], {register = [[1]], lane = [[2], [4], [8], [16], [0]], warp = []}, [32]>

// bf16 sums are accumulated in f32 and rounded once; 64-bit values are shuffled in halves.
// CHECK-LABEL: llvm.func @accumulator_types
// CHECK:         arith.addf %{{.*}}, %{{.*}} : f32
// CHECK-COUNT-4: nvvm.shfl.sync bfly %{{.*}} : f32 -> f32
// CHECK:         arith.truncf %{{.*}} : f32 to bf16
// CHECK-COUNT-8: nvvm.shfl.sync bfly %{{.*}} : i32 -> i32
func.func @accumulator_types(%p: !tile.ptr<bf16>, %q: !tile.ptr<i64>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %p : !tile.ptr<bf16> -> tensor<32x!tile.ptr<bf16>, #regs>
  %v = tile.load %s : tensor<32x!tile.ptr<bf16>, #regs>
  %m = tile.reduce sum %v {axis = 0 : i32} : tensor<32xbf16, #regs> -> bf16
  %t = tile.splat %q : !tile.ptr<i64> -> tensor<32x!tile.ptr<i64>, #regs>
  %w = tile.load %t : tensor<32x!tile.ptr<i64>, #regs>
  %n = tile.reduce min %w {axis = 0 : i32} : tensor<32xi64, #regs> -> i64
  return
}

// -----

#regs = #sm.layout<[1], {register = [[1], [2], [4], [8]], lane = [[16], [32], [64], [128], [256]], warp = []}, [512]>

// A thread's elements are added in chains of eight, where products may join the sums, then the chains; across lanes every
// thread must get the same bits, so that nothing is contracted.
// CHECK-LABEL: llvm.func @chains
// CHECK-COUNT-14: arith.addf %{{.*}}, %{{.*}} fastmath<contract> : f32
// CHECK:          arith.addf %{{.*}}, %{{.*}} : f32
// CHECK-NOT:      arith.addf
// CHECK:          nvvm.shfl.sync
// CHECK-NEXT:     arith.addf %{{.*}}, %{{.*}} : f32
func.func @chains(%p: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %p : !tile.ptr<f32> -> tensor<512x!tile.ptr<f32>, #regs>
  %r = tile.range 0 to 512 : tensor<512xi32, #regs>
  %ptrs = tile.addptr %s, %r : tensor<512x!tile.ptr<f32>, #regs>, tensor<512xi32, #regs>
  %v = tile.load %ptrs : tensor<512x!tile.ptr<f32>, #regs>
  %sum = tile.reduce sum %v {axis = 0 : i32} : tensor<512xf32, #regs> -> f32
  return
}
