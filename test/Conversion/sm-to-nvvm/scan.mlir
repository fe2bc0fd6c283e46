// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

#regs = #sm.layout<[1], {register = [[1]], lane = [[2], [4], [8], [16], [32]], warp = []}, [64]>

// Two registers of a thread, then lanes bit by bit: a left lane's total becomes the right lane's carry, which it adds to
// both its elements at the end.
// CHECK-LABEL: llvm.func @within_a_warp
// CHECK:         %[[FIRST:.*]] = llvm.load
// CHECK:         %[[PAIR:.*]] = arith.addf %[[A:.*]], %[[B:.*]] : f32
// CHECK:         %[[OTHER:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[PAIR]], %{{.*}}, %{{.*}} : f32 -> f32
// CHECK-NEXT:    %[[LEFT:.*]] = arith.select %[[ISLEFT:.*]], %[[PAIR]], %[[OTHER]] : f32
// CHECK-NEXT:    %[[RIGHT:.*]] = arith.select %[[ISLEFT]], %[[OTHER]], %[[PAIR]] : f32
// CHECK-NEXT:    arith.addf %[[LEFT]], %[[RIGHT]] : f32
// CHECK-COUNT-4: nvvm.shfl.sync bfly
// CHECK-NOT:     shfl
// CHECK:         arith.addf %[[CARRY:.*]], %[[A]] : f32
// CHECK-NEXT:    arith.select %[[NOTHING:.*]], %[[A]]
// CHECK-NEXT:    arith.addf %[[CARRY]], %[[PAIR]] : f32
// CHECK-NEXT:    arith.select %[[NOTHING]], %[[PAIR]]
// CHECK-NOT:     barrier
func.func @within_a_warp(%p: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %p : !tile.ptr<f32> -> tensor<64x!tile.ptr<f32>, #regs>
  %v = tile.load %s : tensor<64x!tile.ptr<f32>, #regs>
  %r = tile.scan %v {axis = 0 : i32} : tensor<64xf32, #regs> -> tensor<64xf32, #regs> {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    tile.yield %c : f32
  }
  tile.store %s, %r : tensor<64x!tile.ptr<f32>, #regs>
  return
}

// -----

#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = [[32], [64]]}, [128]>

// From the end: the highest lane is the left one, and warps take the parts behind them.
// CHECK-LABEL: llvm.func @reverse_across_warps
// CHECK-DAG:     %[[BIT:.*]] = arith.constant 1 : i32
// CHECK:         %[[LANE:.*]] = arith.andi %[[THREAD:.*]], %[[BIT]] : i32
// CHECK:         %[[ISLEFT:.*]] = arith.cmpi eq, %[[LANE]], %[[BIT]] : i32
// CHECK:         %[[OTHER:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[MINE:.*]], %[[BIT]]
// CHECK-NEXT:    arith.select %[[ISLEFT]], %[[MINE]], %[[OTHER]]
// CHECK-COUNT-4: nvvm.shfl.sync bfly
// CHECK:         st.shared
// CHECK-NEXT:    nvvm.barrier
// CHECK-COUNT-4: llvm.load %{{.*}} : !llvm.ptr<3> -> i32
// CHECK-NOT:     nvvm.barrier
func.func @reverse_across_warps(%p: !tile.ptr<i32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %s = tile.splat %p : !tile.ptr<i32> -> tensor<128x!tile.ptr<i32>, #regs>
  %v = tile.load %s : tensor<128x!tile.ptr<i32>, #regs>
  %r = tile.scan %v {axis = 0 : i32, reverse, sm.scratch_offset = 0 : i64} : tensor<128xi32, #regs> -> tensor<128xi32, #regs> {
  ^bb0(%a: i32, %b: i32):
    %c = arith.addi %a, %b : i32
    tile.yield %c : i32
  }
  tile.store %s, %r : tensor<128x!tile.ptr<i32>, #regs>
  return
}

// -----

#regs = #sm.layout<[3], {register = [], lane = [[1], [2], [4], [8], [0]], warp = [[0]]}, [16]>

// Segments are groups of lanes: each is scanned, then carries what is before it. Lanes and warps that repeat elements
// scan for themselves.
// CHECK-LABEL: llvm.func @segments
// CHECK-COUNT-12: nvvm.shfl.sync bfly
// CHECK-NOT:     shfl
// CHECK-NOT:     barrier
func.func @segments(%p: !tile.ptr<i32>) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %s = tile.splat %p : !tile.ptr<i32> -> tensor<48x!tile.ptr<i32>, #regs>
  %v = tile.load %s : tensor<48x!tile.ptr<i32>, #regs>
  %r = tile.scan %v {axis = 0 : i32} : tensor<48xi32, #regs> -> tensor<48xi32, #regs> {
  ^bb0(%a: i32, %b: i32):
    %c = arith.addi %a, %b : i32
    tile.yield %c : i32
  }
  tile.store %s, %r : tensor<48x!tile.ptr<i32>, #regs>
  return
}
