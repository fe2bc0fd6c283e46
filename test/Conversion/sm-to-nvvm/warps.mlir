// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

// Ranges in a row become a chain of branches on a warp index that all threads of a warp agree on; the last one needs no
// test, since nobody else is left. Registers move, for which ptxas must know how many there are.
// CHECK-LABEL: llvm.func @two_roles
// CHECK-SAME:  nvvm.minctasm = 1
// CHECK-SAME:  nvvm.reqntid = array<i32: 384, 1, 1>
// CHECK:         %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x
// CHECK:         %[[WARP:.*]] = arith.shrui %[[TID]]
// CHECK:         %[[UNIFORM:.*]] = nvvm.shfl.sync idx %{{.*}}, %[[WARP]]
// CHECK:         %[[FIRST:.*]] = arith.constant 8 : i32
// CHECK:         %[[FROM:.*]] = arith.subi %[[UNIFORM]], %[[FIRST]]
// CHECK:         %[[MINE:.*]] = arith.cmpi ult, %[[FROM]]
// CHECK:         scf.if %[[MINE]]
// CHECK-NEXT:      nvvm.setmaxregister decrease 40
// CHECK:         } else {
// CHECK-NEXT:      nvvm.setmaxregister increase 232
// CHECK-NOT:     scf.if
func.func @two_roles() attributes {tile.kernel, tile.num_warps = 12 : i32} {
  sm.warps first(8) count(4) registers(40) {
  }
  sm.warps first(0) count(8) registers(232) {
  }
  return
}

// -----

// Warps that no range names pass by. 12 warps start with 168 registers.
// CHECK-LABEL: llvm.func @some_warps_idle
// CHECK:         %[[MINE:.*]] = arith.cmpi ult
// CHECK:         scf.if %[[MINE]]
// CHECK-NOT:       nvvm.setmaxregister
// CHECK:         }
// CHECK-NOT:     else
// CHECK:         nvvm.barrier{{$}}
// CHECK-NEXT:    llvm.return
func.func @some_warps_idle() attributes {tile.kernel, tile.num_warps = 12 : i32} {
  sm.warps first(4) count(4) registers(168) {
  }
  sm.barrier
  return
}

// -----

#a = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = [[32]]}, [64]>
#b = #sm.layout<[1], {register = [], lane = [[2], [4], [8], [16], [32]], warp = [[1]]}, [64]>

// Threads and barriers are those of the range: named barriers, each with its threads; for one warp its own.
// CHECK-LABEL: llvm.func @barriers_of_a_range
// CHECK:         %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x
// CHECK:         scf.if
// CHECK:           nvvm.bar.warp.sync
// CHECK:         } else {
// CHECK:           %[[THREAD:.*]] = arith.subi %[[TID]], %{{.*}} : i32
// CHECK:           arith.andi %[[THREAD]]
// CHECK:           nvvm.barrier id = %[[ID:.*]] number_of_threads = %[[THREADS:.*]]
// CHECK:           llvm.load
// CHECK:           nvvm.barrier id = %[[ID]] number_of_threads = %[[THREADS]]
func.func @barriers_of_a_range() attributes {tile.kernel, tile.num_warps = 3 : i32} {
  sm.warps first(0) count(1) {
    sm.barrier
  }
  sm.warps first(1) count(2) {
    %r = tile.range 0 to 64 : tensor<64xi32, #a>
    %s = sm.convert_layout %r {sm.scratch_offset = 0 : i64} : tensor<64xi32, #a> -> tensor<64xi32, #b>
    sm.barrier
  }
  return
}
