// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(ws-verify-roles))' | FileCheck %s

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

// Tiles for several roles at once, and channels into which roles put in turns; every trip count.
module attributes {sm.arch = "sm_90a"} {
// Two roles work on blocks in pairs, one each, with slots and parities. A pair moves kv once round and leaves slots and parity of p as they were, the
// remainder loop moves both by one.
// CHECK-LABEL: func.func @pairs_with_slots
func.func @pairs_with_slots(%v: !view, %n: i32, %m: i32, %x: i64, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c4 = arith.constant 4 : i32
  %kv = ws.channel {label = "kv"} : !two
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    %end:2 = scf.for %r = %c0 to %n step %c1 iter_args(%a = %c0, %f = %c0) -> (i32, i32) : i32 {
      %main = scf.for %k = %c0 to %n step %c1 iter_args(%b = %a) -> (i32) : i32 {
        %slot0 = arith.andi %b, %c1 : i32
        %par0 = arith.divui %b, %c2 : i32
        %k0 = ws.get %kv[%slot0] parity %par0 : !two
        ws.put_tile %p[%c0] parity %f, %t : !one, !block
        %b1 = arith.addi %b, %c1 : i32
        %b1m = arith.remui %b1, %c4 : i32
        %slot1 = arith.andi %b1m, %c1 : i32
        %par1 = arith.divui %b1m, %c2 : i32
        %k1 = ws.get %kv[%slot1] parity %par1 : !two
        %f1 = arith.xori %f, %c1 : i32
        %p1 = ws.get %p[%c0] parity %f1 : !one
        ws.release %p[%c0] : !one
        ws.release %kv[%slot0] : !two
        ws.release %kv[%slot1] : !two
        %b2 = arith.addi %b1, %c1 : i32
        %b2m = arith.remui %b2, %c4 : i32
        scf.yield %b2m : i32
      }
      %last:2 = scf.for %k = %c0 to %m step %c1 iter_args(%b = %main, %g = %f) -> (i32, i32) : i32 {
        %slot0 = arith.andi %b, %c1 : i32
        %par0 = arith.divui %b, %c2 : i32
        %k0 = ws.get %kv[%slot0] parity %par0 : !two
        ws.put_tile %p[%c0] parity %g, %t : !one, !block
        ws.release %kv[%slot0] : !two
        %b1 = arith.addi %b, %c1 : i32
        %b1m = arith.remui %b1, %c4 : i32
        %g1 = arith.xori %g, %c1 : i32
        scf.yield %b1m, %g1 : i32, i32
      }
      scf.yield %last#0, %last#1 : i32, i32
    }
  }
  ws.role "right" warps(4, 4) {
    %end:2 = scf.for %r = %c0 to %n step %c1 iter_args(%a = %c0, %f = %c0) -> (i32, i32) : i32 {
      %main = scf.for %k = %c0 to %n step %c1 iter_args(%b = %a) -> (i32) : i32 {
        %slot0 = arith.andi %b, %c1 : i32
        %par0 = arith.divui %b, %c2 : i32
        %k0 = ws.get %kv[%slot0] parity %par0 : !two
        %p0 = ws.get %p[%c0] parity %f : !one
        ws.release %kv[%slot0] : !two
        ws.release %p[%c0] : !one
        %b1 = arith.addi %b, %c1 : i32
        %b1m = arith.remui %b1, %c4 : i32
        %slot1 = arith.andi %b1m, %c1 : i32
        %par1 = arith.divui %b1m, %c2 : i32
        %k1 = ws.get %kv[%slot1] parity %par1 : !two
        %f1 = arith.xori %f, %c1 : i32
        ws.put_tile %p[%c0] parity %f1, %t : !one, !block
        ws.release %kv[%slot1] : !two
        %b2 = arith.addi %b1, %c1 : i32
        %b2m = arith.remui %b2, %c4 : i32
        scf.yield %b2m : i32
      }
      %last:2 = scf.for %k = %c0 to %m step %c1 iter_args(%b = %main, %g = %f) -> (i32, i32) : i32 {
        %slot0 = arith.andi %b, %c1 : i32
        %par0 = arith.divui %b, %c2 : i32
        %k0 = ws.get %kv[%slot0] parity %par0 : !two
        %p0 = ws.get %p[%c0] parity %g : !one
        ws.release %p[%c0] : !one
        ws.release %kv[%slot0] : !two
        %b1 = arith.addi %b, %c1 : i32
        %b1m = arith.remui %b1, %c4 : i32
        %g1 = arith.xori %g, %c1 : i32
        scf.yield %b1m, %g1 : i32, i32
      }
      scf.yield %last#0, %last#1 : i32, i32
    }
  }
  ws.role "copy" warps(8, 4) {
    %end = scf.for %r = %c0 to %n step %c1 iter_args(%a = %c0) -> (i32) : i32 {
      %main = scf.for %k = %c0 to %n step %c1 iter_args(%b = %a) -> (i32) : i32 {
        %slot0 = arith.andi %b, %c1 : i32
        %par0 = arith.divui %b, %c2 : i32
        ws.put_view %kv[%slot0] parity %par0, %v[%x, %x] : !two, !view
        %b1 = arith.addi %b, %c1 : i32
        %b1m = arith.remui %b1, %c4 : i32
        %slot1 = arith.andi %b1m, %c1 : i32
        %par1 = arith.divui %b1m, %c2 : i32
        ws.put_view %kv[%slot1] parity %par1, %v[%x, %x] : !two, !view
        %b2 = arith.addi %b1, %c1 : i32
        %b2m = arith.remui %b2, %c4 : i32
        scf.yield %b2m : i32
      }
      %last = scf.for %k = %c0 to %m step %c1 iter_args(%b = %main) -> (i32) : i32 {
        %slot0 = arith.andi %b, %c1 : i32
        %par0 = arith.divui %b, %c2 : i32
        ws.put_view %kv[%slot0] parity %par0, %v[%x, %x] : !two, !view
        %b1 = arith.addi %b, %c1 : i32
        %b1m = arith.remui %b1, %c4 : i32
        scf.yield %b1m : i32
      }
      scf.yield %last : i32
    }
  }
  return
}

// Three roles put in turns into two slots, under a condition that all evaluate; each holds a tile of another one while it puts
// its own. The same rows are hidden from all that get a tile. Each computes from memory that it alone writes.
// CHECK-LABEL: func.func @three_in_turns
func.func @three_in_turns(%own: !tile.ptr<i32>, %n: i32, %x: i64, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c3 = arith.constant 3 : i32
  %p = ws.channel {label = "p"} : !two
  ws.role "first" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %m = tile.load %own : !tile.ptr<i32>
      tile.store %own, %m : !tile.ptr<i32>
      %if = arith.cmpi ne, %i, %c3 : i32
      scf.if %if {
        ws.put_tile %p, %t : !two, !block
        %a = ws.get %p valid %x : !two
        ws.release %p : !two
        %b = ws.get %p : !two
        ws.release %p : !two
      } else {
        %a = ws.get %p : !two
        ws.release %p : !two
      }
    }
  }
  ws.role "second" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %if = arith.cmpi ne, %i, %c3 : i32
      scf.if %if {
        %a = ws.get %p : !two
        ws.put_tile %p, %t : !two, !block
        ws.release %p : !two
        %b = ws.get %p : !two
        ws.release %p : !two
      } else {
        ws.put_tile %p, %t : !two, !block
      }
    }
  }
  ws.role "third" warps(8, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %if = arith.cmpi ne, %i, %c3 : i32
      scf.if %if {
        %a = ws.get %p : !two
        %b = ws.get %p valid %x : !two
        ws.release %p : !two
        ws.put_tile %p, %t : !two, !block
        ws.release %p : !two
      } else {
        %a = ws.get %p : !two
        ws.release %p : !two
      }
    }
  }
  return
}
}
