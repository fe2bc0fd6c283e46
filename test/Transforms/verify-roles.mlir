// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(ws-verify-roles,ws-assign-phases,ws-verify-roles,canonicalize,cse,ws-verify-roles))' | FileCheck %s

!view = !tile.view<?x?xbf16>
!four = !ws.channel<4 x tensor<64x64xbf16>>
!three = !ws.channel<3 x tensor<64x64xbf16>>
!one = !ws.channel<1 x tensor<64x64xbf16>>

// Schedules that hold for every trip count, before and after phases are assigned, and after cleanup has merged what the
// channels count alike.
module attributes {sm.arch = "sm_90a"} {
// Requests in the outer loop, keys in the inner one: q is held across the key loop, kv goes round in it. Both roles compute the
// bounds for themselves, from memory that nobody writes; what is stored goes elsewhere. The registers are all there are.
// CHECK-LABEL: func.func @held_across_a_loop
// CHECK:       ws.role "compute" warps(0, 8) registers(232)
// CHECK:         ws.get %{{.*}}[%{{.*}}] parity
// CHECK:       ws.role "copy" warps(8, 4) registers(40)
// CHECK:         ws.put_view %{{.*}}[%{{.*}}] parity
func.func @held_across_a_loop(%v: !view, %starts: !tile.ptr<i32>, %table: !tile.ptr<i32>, %out: !tile.ptr<i32>, %n: i32, %x: i64)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %q = ws.channel {label = "q"} : !one
  %kv = ws.channel {label = "kv"} : !four
  ws.role "compute" warps(0, 8) registers(232) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %part = tile.program_id 0
    scf.for %r = %part to %n step %c1 : i32 {
      %at = tile.addptr %starts, %r : !tile.ptr<i32>, i32
      %length = tile.load %at : !tile.ptr<i32>
      %qt = ws.get %q : !one
      scf.for %k = %c0 to %length step %c1 : i32 {
        %t = ws.get %kv : !four
        %tt = tile.trans %t : tensor<64x64xbf16> -> tensor<64x64xbf16>
        %s = arith.addf %qt, %tt : tensor<64x64xbf16>
        ws.release %kv : !four
      }
      ws.release %q : !one
      tile.store %out, %length : !tile.ptr<i32>
    }
  }
  ws.role "copy" warps(8, 4) registers(40) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %part = tile.program_id 0
    scf.for %r = %part to %n step %c1 : i32 {
      %at = tile.addptr %starts, %r : !tile.ptr<i32>, i32
      %length = tile.load %at : !tile.ptr<i32>
      ws.put_view %q, %v[%x, %x] : !one, !view
      scf.for %k = %c0 to %length step %c1 : i32 {
        %entry = tile.addptr %table, %k : !tile.ptr<i32>, i32
        %page = tile.load %entry : !tile.ptr<i32>
        %row = arith.extsi %page : i32 to i64
        ws.put_view %kv, %v[%row, %x] : !four, !view
      }
    }
  }
  return
}

// Three roles in a row, channels of different depths, two tiles in each run, loops in a row, and bounds that the outer loop
// carries along and an inner loop computes.
// CHECK-LABEL: func.func @three_roles
// CHECK:       ws.role "last"
func.func @three_roles(%v: !view, %n: i32, %x: i64) attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !three
  %b = ws.channel {label = "b"} : !four
  ws.role "first" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%m = %c1) -> (i32) : i32 {
      scf.for %j = %c0 to %m step %c1 : i32 {
        ws.put_view %a, %v[%x, %x] : !three, !view
        ws.put_view %a, %v[%x, %x] : !three, !view
      }
      %sum = scf.for %j = %c0 to %n step %c1 iter_args(%s = %m) -> (i32) : i32 {
        %t = arith.addi %s, %j : i32
        scf.yield %t : i32
      }
      scf.yield %sum : i32
    }
    ws.put_view %a, %v[%x, %x] : !three, !view
  }
  ws.role "middle" warps(4, 4) {
    %z = arith.constant 0 : i32
    %both:2 = scf.for %i = %c0 to %n step %c1 iter_args(%own = %z, %m = %c1) -> (i32, i32) : i32 {
      scf.for %j = %c0 to %m step %c1 : i32 {
        %t = ws.get %a : !three
        ws.put_view %b, %v[%x, %x] : !four, !view
        ws.release %a : !three
        %u = ws.get %a : !three
        ws.release %a : !three
      }
      %sum:2 = scf.for %j = %c0 to %n step %c1 iter_args(%p = %own, %s = %m) -> (i32, i32) : i32 {
        %t = arith.addi %s, %j : i32
        %r = arith.addi %p, %t : i32
        scf.yield %r, %t : i32, i32
      }
      scf.yield %sum#0, %sum#1 : i32, i32
    }
    %w = ws.get %a : !three
    ws.release %a : !three
  }
  ws.role "last" warps(8, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%m = %c1) -> (i32) : i32 {
      scf.for %j = %c0 to %m step %c1 : i32 {
        %t = ws.get %b : !four
        ws.release %b : !four
      }
      %sum = scf.for %j = %c0 to %n step %c1 iter_args(%s = %m) -> (i32) : i32 {
        %t = arith.addi %s, %j : i32
        scf.yield %t : i32
      }
      scf.yield %sum : i32
    }
  }
  return
}
}
