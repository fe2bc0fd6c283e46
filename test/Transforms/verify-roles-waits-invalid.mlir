// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-verify-roles))' -verify-diagnostics
// Tiles for several roles at once, and channels into which roles put in turns: releases, waiting, memory, phases.

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @put_before_the_own_release(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_tile %p, %t : !one, !block
      %a = ws.get %p : !one
      ws.release %p : !one
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-note @below {{the tile held}}
      %a = ws.get %p : !one
      // expected-error @below {{of channel "p" in role "right" deadlocks: expected a release of the tile 1 before, whose slot it needs, found it held}}
      ws.put_tile %p, %t : !one, !block
      ws.release %p : !one
    }
  }
  ws.role "copy" warps(8, 4) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @put_before_the_own_release_of_two(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !two
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_tile %p, %t : !two, !block
      %a = ws.get %p : !two
      ws.release %p : !two
      ws.put_tile %p, %t : !two, !block
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-note @below {{the tile held}}
      %a = ws.get %p : !two
      ws.put_tile %p, %t : !two, !block
      // expected-error @below {{of channel "p" in role "right" deadlocks: expected a release of the tile 2 before, whose slot it needs, found it held}}
      %b = ws.get %p : !two
      ws.release %p : !two
      ws.release %p : !two
    }
  }
  ws.role "copy" warps(8, 4) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @release_missing_in_one_getter(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %kv = ws.channel {label = "kv"} : !two
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %k = ws.get %kv : !two
      ws.release %kv : !two
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "kv" in role "right": expected a release of its tile in the same block, found none}}
      %k = ws.get %kv : !two
    }
  }
  ws.role "copy" warps(8, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %kv, %v[%x, %x] : !two, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @putter_releases(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_tile %p, %t : !one, !block
      // expected-error @below {{of channel "p" in role "left": expected a get before it in its block whose tile is not released, found none}}
      ws.release %p : !one
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %a = ws.get %p : !one
      ws.release %p : !one
    }
  }
  ws.role "copy" warps(8, 4) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @read_by_the_slower_getter(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %kv = ws.channel {label = "kv"} : !two
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %k = ws.get %kv : !two
      ws.release %kv : !two
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %k = ws.get %kv : !two
      // expected-note @below {{the release; it frees the oldest tile taken}}
      ws.release %kv : !two
      // expected-error @below {{reads the tile of channel "kv" after its release}}
      %s = arith.addf %k, %k : !block
    }
  }
  ws.role "copy" warps(8, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %kv, %v[%x, %x] : !two, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @one_getter_waits_for_the_other(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %kv = ws.channel {label = "kv"} : !one
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %k = ws.get %kv : !one
      ws.release %kv : !one
      // expected-error @below {{deadlocks: role "left" waits for tile 1 of channel "kv": 1 put}}
      %m = ws.get %kv : !one
      ws.release %kv : !one
      ws.put_tile %p, %t : !one, !block
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %k = ws.get %kv : !one
      // expected-note @below {{role "right" waits for tile 0 of channel "p": 0 put}}
      %a = ws.get %p : !one
      ws.release %kv : !one
      ws.release %p : !one
      %m = ws.get %kv : !one
      ws.release %kv : !one
    }
  }
  ws.role "copy" warps(8, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %kv, %v[%x, %x] : !one, !view
      // expected-note @below {{role "copy" waits to put tile 1 into channel "kv", of depth 1: role "right" has not released tile 0, of the same slot}}
      ws.put_view %kv, %v[%x, %x] : !one, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @turns_in_a_circle(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  %q = ws.channel {label = "q"} : !one
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{deadlocks: role "left" waits for tile 0 of channel "q": 0 put}}
      %b = ws.get %q : !one
      ws.release %q : !one
      ws.put_tile %p, %t : !one, !block
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-note @below {{role "right" waits for tile 0 of channel "p": 0 put}}
      %a = ws.get %p : !one
      ws.release %p : !one
      ws.put_tile %q, %t : !one, !block
    }
  }
  ws.role "copy" warps(8, 4) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @read_what_another_role_stores(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_tile %p, %t : !one, !block
    }
    // expected-note @below {{the store}}
    tile.store %out, %n : !tile.ptr<i32>
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %a = ws.get %p : !one
      ws.release %p : !one
    }
    // expected-error @below {{in role "right" reads memory that a store of another role may write, and nothing orders the two}}
    %m = tile.load %out : !tile.ptr<i32>
  }
  ws.role "copy" warps(8, 4) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @parity_of_a_put_tile(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_tile %p[%c0] parity %c0, %t : !one, !block
      %a = ws.get %p[%c0] parity %c1 : !one
      ws.release %p[%c0] : !one
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %a = ws.get %p[%c0] parity %c0 : !one
      ws.release %p[%c0] : !one
      // expected-error @below {{of channel "p" in role "right": expected parity 1 for tile 1 (counted modulo 2), found 0}}
      ws.put_tile %p[%c0] parity %c0, %t : !one, !block
    }
  }
  ws.role "copy" warps(8, 4) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @gets_not_counted(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    %l = scf.for %i = %c0 to %n step %c1 iter_args(%f = %c0) -> (i32) : i32 {
      ws.put_tile %p[%c0] parity %f, %t : !one, !block
      %g = arith.xori %f, %c1 : i32
      // expected-error @below {{of channel "p" in role "left": expected parity 1 for tile 1 (counted modulo 2), found 0}}
      %a = ws.get %p[%c0] parity %f : !one
      ws.release %p[%c0] : !one
      scf.yield %g : i32
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %a = ws.get %p[%c0] parity %c0 : !one
      ws.release %p[%c0] : !one
      ws.put_tile %p[%c0] parity %c1, %t : !one, !block
    }
  }
  ws.role "copy" warps(8, 4) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @put_tile_without_a_slot(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "p": expected the slot and the parity that other ops name}}
      ws.put_tile %p, %t : !one, !block
      // expected-note @below {{another op}}
      %a = ws.get %p[%c0] parity %c1 : !one
      ws.release %p[%c0] : !one
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %a = ws.get %p[%c0] parity %c0 : !one
      ws.release %p[%c0] : !one
      ws.put_tile %p[%c0] parity %c1, %t : !one, !block
    }
  }
  ws.role "copy" warps(8, 4) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @slot_of_the_own_put_released(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !two
  ws.role "left" warps(0, 4) {
    %l = scf.for %i = %c0 to %n step %c1 iter_args(%f = %c0) -> (i32) : i32 {
      ws.put_tile %p[%c0] parity %f, %t : !two, !block
      %b = ws.get %p[%c1] parity %f : !two
      // expected-error @below {{of channel "p" in role "left": expected slot 1 for tile 1 (counted modulo 4), found 0}}
      ws.release %p[%c0] : !two
      %g = arith.xori %f, %c1 : i32
      scf.yield %g : i32
    }
  }
  ws.role "right" warps(4, 4) {
    %l = scf.for %i = %c0 to %n step %c1 iter_args(%f = %c0) -> (i32) : i32 {
      %a = ws.get %p[%c0] parity %f : !two
      ws.release %p[%c0] : !two
      ws.put_tile %p[%c1] parity %f, %t : !two, !block
      %g = arith.xori %f, %c1 : i32
      scf.yield %g : i32
    }
  }
  ws.role "copy" warps(8, 4) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @parity_from_outside_of_the_loop(%v: !view, %x: i64, %n: i32, %t: !block)
    attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    %e = scf.for %j = %c0 to %n step %c1 iter_args(%f = %c0) -> (i32) : i32 {
      scf.for %i = %c0 to %n step %c1 : i32 {
        // expected-error @below {{of channel "p" in role "left": expected parity 1 for tile 1 (counted modulo 2), found 0}}
        ws.put_tile %p[%c0] parity %f, %t : !one, !block
      }
      %next = arith.xori %f, %c1 : i32
      scf.yield %next : i32
    }
  }
  ws.role "right" warps(4, 4) {
    %e = scf.for %j = %c0 to %n step %c1 iter_args(%f = %c0) -> (i32) : i32 {
      %g = scf.for %i = %c0 to %n step %c1 iter_args(%h = %f) -> (i32) : i32 {
        %a = ws.get %p[%c0] parity %h : !one
        ws.release %p[%c0] : !one
        %next = arith.xori %h, %c1 : i32
        scf.yield %next : i32
      }
      scf.yield %g : i32
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @parity_from_before_the_loop(%v: !view, %x: i64, %n: i32, %t: !block)
    attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    %zero = arith.andi %c0, %c1 : i32
    %e = scf.for %i = %c0 to %n step %c1 iter_args(%h = %zero) -> (i32) : i32 {
      ws.put_tile %p[%c0] parity %h, %t : !one, !block
      %next = arith.xori %h, %c1 : i32
      scf.yield %next : i32
    }
    // expected-error @below {{of channel "p" in role "left": expected parity 1 for tile 1 (counted modulo 2), found 0}}
    ws.put_tile %p[%c0] parity %zero, %t : !one, !block
  }
  ws.role "right" warps(4, 4) {
    %e = scf.for %i = %c0 to %n step %c1 iter_args(%h = %c0) -> (i32) : i32 {
      %a = ws.get %p[%c0] parity %h : !one
      ws.release %p[%c0] : !one
      %next = arith.xori %h, %c1 : i32
      scf.yield %next : i32
    }
    %b = ws.get %p[%c0] parity %e : !one
    ws.release %p[%c0] : !one
  }
  return
}
}
