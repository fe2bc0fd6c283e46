// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(ws-verify-roles,ws-assign-phases,ws-verify-roles,canonicalize,cse,ws-verify-roles))' | FileCheck %s

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

// Before and after phases are assigned, and after cleanup has merged counts and dropped those that a loop does not change.
module attributes {sm.arch = "sm_90a", sm.shared_limit = 32832 : i64} {
// Two roles work on key blocks in pairs, one each, and hand each other what they computed through one slot; both read both
// blocks. A pair without a partner comes in the remainder loop. q is held all along. Requests in the outer loop. Shared memory
// has just room for one copy of each tile.
// CHECK-LABEL: func.func @pairs_of_blocks
// CHECK:       ws.role "left"
// CHECK:         ws.put_tile %{{.*}}[%{{.*}}] parity
// CHECK:       ws.role "right"
// CHECK:         ws.get %{{.*}}[%{{.*}}] parity
func.func @pairs_of_blocks(%v: !view, %lengths: !tile.ptr<i32>, %out: !view, %n: i32, %x: i64)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %q = ws.channel {label = "q"} : !one
  %kv = ws.channel {label = "kv"} : !two
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    scf.for %r = %c0 to %n step %c1 : i32 {
      %at = tile.addptr %lengths, %r : !tile.ptr<i32>, i32
      %length = tile.load %at : !tile.ptr<i32>
      %rest = arith.remsi %length, %c2 : i32
      %even = arith.subi %length, %rest : i32
      %qt = ws.get %q : !one
      scf.for %k = %c0 to %even step %c2 : i32 {
        %k0 = ws.get %kv : !two
        %s0 = arith.addf %qt, %k0 : !block
        ws.put_tile %p, %s0 : !one, !block
        %k1 = ws.get %kv : !two
        %p1 = ws.get %p : !one
        %o = arith.mulf %p1, %k1 : !block
        ws.release %p : !one
        ws.release %kv : !two
        ws.release %kv : !two
      }
      scf.for %k = %even to %length step %c1 : i32 {
        %k0 = ws.get %kv : !two
        %s0 = arith.addf %qt, %k0 : !block
        ws.put_tile %p, %s0 : !one, !block
        ws.release %kv : !two
      }
      ws.release %q : !one
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %r = %c0 to %n step %c1 : i32 {
      %at = tile.addptr %lengths, %r : !tile.ptr<i32>, i32
      %length = tile.load %at : !tile.ptr<i32>
      %rest = arith.remsi %length, %c2 : i32
      %even = arith.subi %length, %rest : i32
      %qt = ws.get %q : !one
      scf.for %k = %c0 to %even step %c2 : i32 {
        %k0 = ws.get %kv : !two
        %k1 = ws.get %kv : !two
        %s1 = arith.addf %qt, %k1 : !block
        %p0 = ws.get %p : !one
        %o = arith.mulf %p0, %k0 : !block
        ws.release %p : !one
        ws.release %kv : !two
        ws.put_tile %p, %s1 : !one, !block
        ws.release %kv : !two
      }
      scf.for %k = %even to %length step %c1 : i32 {
        %k0 = ws.get %kv : !two
        %p0 = ws.get %p : !one
        %o = arith.mulf %p0, %k0 : !block
        ws.release %kv : !two
        tile.store_view %p0, %out[%x, %x] dims [0, 1] : !block, !view
        ws.release %p : !one
      }
      ws.release %q : !one
    }
  }
  ws.role "copy" warps(8, 4) {
    scf.for %r = %c0 to %n step %c1 : i32 {
      %at = tile.addptr %lengths, %r : !tile.ptr<i32>, i32
      %length = tile.load %at : !tile.ptr<i32>
      %rest = arith.remsi %length, %c2 : i32
      %even = arith.subi %length, %rest : i32
      ws.put_view %q, %v[%x, %x] : !one, !view
      scf.for %k = %c0 to %even step %c2 : i32 {
        ws.put_view %kv, %v[%x, %x] : !two, !view
        ws.put_view %kv, %v[%x, %x] : !two, !view
      }
      scf.for %k = %even to %length step %c1 : i32 {
        ws.put_view %kv, %v[%x, %x] : !two, !view
      }
    }
  }
  return
}
}
