// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

#regs = #sm.layout<[1], {register = [[1]], lane = [[2], [4], [8], [16], [32]], warp = []}, [64]>

// CHECK-LABEL: llvm.func @loop_carries_registers
// CHECK:         %[[R:.*]]:3 = scf.for %{{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}, %[[C:.*]] = %{{.*}}) -> (i32, i32, i32) : i32 {
// CHECK:           %[[X:.*]] = arith.addi %[[A]], %[[A]]
// CHECK:           %[[Y:.*]] = arith.addi %[[B]], %[[B]]
// CHECK:           scf.yield %[[X]], %[[Y]], %[[C]] : i32, i32, i32
// CHECK:         arith.muli %[[R]]#0, %[[R]]#2
// CHECK:         arith.muli %[[R]]#1, %[[R]]#2
func.func @loop_carries_registers(%n: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %r = tile.range 0 to 64 : tensor<64xi32, #regs>
  %l:2 = scf.for %i = %zero to %n step %one iter_args(%t = %r, %s = %n) -> (tensor<64xi32, #regs>, i32) : i32 {
    %u = arith.addi %t, %t : tensor<64xi32, #regs>
    scf.yield %u, %s : tensor<64xi32, #regs>, i32
  }
  %s = tile.splat %l#1 : i32 -> tensor<64xi32, #regs>
  %m = arith.muli %l#0, %s : tensor<64xi32, #regs>
  return
}

// -----

#regs = #sm.layout<[1], {register = [[1]], lane = [[2], [4], [8], [16], [32]], warp = []}, [64]>

// What is computed once stands before the branch, also if its first use is inside.
// CHECK-LABEL: llvm.func @entry_code_dominates
// CHECK:         %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x
// CHECK:         %[[PART:.*]] = arith.shli %[[TID]]
// CHECK:         %[[IF:.*]]:2 = scf.if %{{.*}} -> (i32, i32) {
// CHECK:           scf.yield %[[PART]]
// CHECK:         } else {
// CHECK:           scf.yield
// CHECK:         scf.while (%{{.*}} = %[[IF]]#0, %{{.*}} = %[[IF]]#1) : (i32, i32) -> (i32, i32) {
// CHECK:           scf.condition(%{{.*}}) %{{.*}}, %{{.*}} : i32, i32
// CHECK:         } do {
// CHECK:         ^bb0(%{{.*}}: i32, %{{.*}}: i32):
func.func @entry_code_dominates(%c: i1, %x: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = scf.if %c -> (tensor<64xi32, #regs>) {
    %r = tile.range 0 to 64 : tensor<64xi32, #regs>
    scf.yield %r : tensor<64xi32, #regs>
  } else {
    %s = tile.splat %x : i32 -> tensor<64xi32, #regs>
    scf.yield %s : tensor<64xi32, #regs>
  }
  %w = scf.while (%a = %t) : (tensor<64xi32, #regs>) -> tensor<64xi32, #regs> {
    scf.condition(%c) %a : tensor<64xi32, #regs>
  } do {
  ^bb0(%a: tensor<64xi32, #regs>):
    scf.yield %a : tensor<64xi32, #regs>
  }
  return
}
