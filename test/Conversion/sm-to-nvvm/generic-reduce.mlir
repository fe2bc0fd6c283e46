// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

#regs = #sm.layout<[1], {register = [[16]], lane = [[1], [2], [4], [8], [0]], warp = []}, [32]>

// Both components of a pair are shuffled; narrow ones in 32 bits. The order is kept: lanes before the registers that lie
// behind them, and the lower lane on the left.
// CHECK-LABEL: llvm.func @in_order
// CHECK:         %[[F:.*]] = nvvm.shfl.sync bfly %{{[^,]*}}, %[[MINE:[^,]*]], %{{.*}} : f32 -> f32
// CHECK:         arith.extui %[[NARROW:.*]] : i8 to i32
// CHECK:         nvvm.shfl.sync bfly %{{.*}} : i32 -> i32
// CHECK:         %[[B:.*]] = arith.trunci %{{.*}} : i32 to i8
// CHECK-DAG:     %[[LEFT:.*]] = arith.select %[[ISLEFT:.*]], %[[MINE]], %[[F]] : f32
// CHECK-DAG:     %[[RIGHT:.*]] = arith.select %[[ISLEFT]], %[[F]], %[[MINE]] : f32
// CHECK:         arith.mulf %[[LEFT]], %{{.*}} : f32
// CHECK-COUNT-14: nvvm.shfl.sync bfly
// CHECK-NOT:     shfl
func.func @in_order(%p: !tile.ptr<f32>, %q: !tile.ptr<i8>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %p : !tile.ptr<f32> -> tensor<32x!tile.ptr<f32>, #regs>
  %v = tile.load %s : tensor<32x!tile.ptr<f32>, #regs>
  %t = tile.splat %q : !tile.ptr<i8> -> tensor<32x!tile.ptr<i8>, #regs>
  %w = tile.load %t : tensor<32x!tile.ptr<i8>, #regs>
  %r:2 = tile.generic_reduce %v, %w {axis = 0 : i32} : tensor<32xf32, #regs>, tensor<32xi8, #regs> -> f32, i8 {
  ^bb0(%a: f32, %i: i8, %b: f32, %j: i8):
    %x = arith.sitofp %j : i8 to f32
    %y = arith.mulf %a, %x : f32
    %z = arith.addf %y, %b : f32
    %k = arith.muli %i, %j : i8
    tile.yield %z, %k : f32, i8
  }
  tile.store %p, %r#0 : !tile.ptr<f32>
  tile.store %q, %r#1 : !tile.ptr<i8>
  return
}

// -----

#regs = #sm.layout<[1], {register = [[16]], lane = [[1], [2], [4], [8], [0]], warp = []}, [32]>

// If the order is free, a thread combines its registers first, and nothing changes places. A region may branch.
// CHECK-LABEL: llvm.func @any_order
// CHECK-NOT:     arith.select
// CHECK:         arith.cmpi slt
// CHECK:         scf.if
// CHECK-COUNT-4: nvvm.shfl.sync bfly
// CHECK-NOT:     shfl
func.func @any_order(%q: !tile.ptr<i32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %q : !tile.ptr<i32> -> tensor<32x!tile.ptr<i32>, #regs>
  %w = tile.load %t : tensor<32x!tile.ptr<i32>, #regs>
  %r = tile.generic_reduce %w {axis = 0 : i32, commutative} : tensor<32xi32, #regs> -> i32 {
  ^bb0(%a: i32, %b: i32):
    %c = arith.cmpi slt, %a, %b : i32
    %m = scf.if %c -> i32 {
      scf.yield %a : i32
    } else {
      scf.yield %b : i32
    }
    tile.yield %m : i32
  }
  tile.store %q, %r : !tile.ptr<i32>
  return
}

// -----

#regs = #sm.layout<[3], {register = [], lane = [[4], [0], [0], [0], [0]], warp = [[1], [2]]}, [8]>

// Warps below a lane bit and below segments: two lanes write four parts of three groups, 8 bytes apart from the lanes'
// 16, the groups' 32; the masks' bytes are behind the values'.
// CHECK-LABEL: llvm.func @warps_first
// CHECK-COUNT-3: st.shared.b32
// CHECK-COUNT-3: st.shared.b8
// CHECK:         nvvm.barrier
// CHECK-COUNT-12: llvm.load %{{.*}} : !llvm.ptr<3> -> i32
// CHECK-COUNT-6: nvvm.shfl.sync bfly
// CHECK-NOT:     shfl
func.func @warps_first(%q: !tile.ptr<i32>, %m: !tile.ptr<i1>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %t = tile.splat %q : !tile.ptr<i32> -> tensor<24x!tile.ptr<i32>, #regs>
  %w = tile.load %t : tensor<24x!tile.ptr<i32>, #regs>
  %c0 = arith.constant dense<0> : tensor<24xi32, #regs>
  %n = arith.cmpi ne, %w, %c0 : tensor<24xi32, #regs>
  %r:2 = tile.generic_reduce %w, %n {axis = 0 : i32, sm.scratch_offset = 0 : i64} : tensor<24xi32, #regs>, tensor<24xi1, #regs> -> i32, i1 {
  ^bb0(%a: i32, %i: i1, %b: i32, %j: i1):
    %c = arith.select %j, %b, %a : i32
    %d = arith.ori %i, %j : i1
    tile.yield %c, %d : i32, i1
  }
  tile.store %q, %r#0 : !tile.ptr<i32>
  return
}
