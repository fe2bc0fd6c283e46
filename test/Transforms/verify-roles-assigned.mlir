// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(ws-verify-roles))' | FileCheck %s

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>
!deep = !ws.channel<3 x tensor<64x64xbf16>>

// Slots and parities that ws-assign-phases would not write and that are right for every trip count.
module attributes {sm.arch = "sm_90a", sm.shared_limit = 24624 : i64} {
// Two tiles in each run of the loop, the depth of the channel: slots are constant, the parity flips every time.
// CHECK-LABEL: func.func @unrolled
func.func @unrolled(%v: !view, %n: i32, %x: i64) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%p = %c0) -> (i32) : i32 {
      %t = ws.get %a[%c0] parity %p : !a
      %u = ws.get %a[%c1] parity %p : !a
      ws.release %a[%c0] : !a
      ws.release %a[%c1] : !a
      %next = arith.addi %p, %c1 : i32
      %wrapped = arith.remui %next, %c2 : i32
      scf.yield %wrapped : i32
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%p = %c0) -> (i32) : i32 {
      ws.put_view %a[%c0] parity %p, %v[%x, %x] : !a, !view
      ws.put_view %a[%c1] parity %p, %v[%x, %x] : !a, !view
      %q = arith.subi %c1, %p : i32
      scf.yield %q : i32
    }
  }
  return
}

// Under a condition that both roles evaluate, the count goes on only if the tile was moved. All of shared memory is used,
// barriers included. One number counts tiles modulo twice the depth.
// CHECK-LABEL: func.func @under_a_condition
func.func @under_a_condition(%v: !view, %n: i32, %x: i64) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c3 = arith.constant 3 : i32
  %c6 = arith.constant 6 : i32
  %a = ws.channel {label = "a"} : !deep
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%count = %c0) -> (i32) : i32 {
      %if = arith.cmpi ne, %i, %c3 : i32
      %then = scf.if %if -> (i32) {
        %slot = arith.remui %count, %c3 : i32
        %p = arith.divui %count, %c3 : i32
        %t = ws.get %a[%slot] parity %p : !deep
        ws.release %a[%slot] : !deep
        %next = arith.addi %count, %c1 : i32
        %wrapped = arith.remui %next, %c6 : i32
        scf.yield %wrapped : i32
      } else {
        scf.yield %count : i32
      }
      scf.yield %then : i32
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%count = %c0) -> (i32) : i32 {
      %if = arith.cmpi ne, %i, %c3 : i32
      %then = scf.if %if -> (i32) {
        %slot = arith.remui %count, %c3 : i32
        %p = arith.divui %count, %c3 : i32
        ws.put_view %a[%slot] parity %p, %v[%x, %x] : !deep, !view
        %next = arith.addi %count, %c1 : i32
        %wrapped = arith.remui %next, %c6 : i32
        scf.yield %wrapped : i32
      } else {
        scf.yield %count : i32
      }
      scf.yield %then : i32
    }
  }
  return
}

// What ws-verify-schedule checks, and what is no kernel.
// CHECK-LABEL: func.func @one_role
func.func @one_role() attributes {tile.kernel, tile.num_warps = 4 : i32} {
  ws.role "all" warps(0, 2) {
  }
  return
}
// CHECK-LABEL: func.func @no_kernel
func.func @no_kernel() {
  ws.role "one" warps(0, 2) {
  }
  ws.role "two" warps(2, 2) {
  }
  return
}
}
