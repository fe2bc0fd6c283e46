// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-verify-roles))' -verify-diagnostics
// Tiles for several roles at once, and channels into which roles put in turns: who takes part in which tile.

!view = !tile.view<?x?xbf16>
!block = tensor<64x64xbf16>
!one = !ws.channel<1 x !block>
!two = !ws.channel<2 x !block>

module attributes {sm.arch = "sm_90a"} {
func.func @tile_put_twice(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-note @below {{the other put}}
      ws.put_tile %p, %t : !one, !block
      %a = ws.get %p : !one
      ws.release %p : !one
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "p" in role "right": expected one role that puts tile 0 of this block, found also "left"}}
      ws.put_tile %p, %t : !one, !block
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
func.func @tile_put_by_none(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "p" in role "left": expected one role that puts tile 0 of this block, found only roles that get it}}
      %a = ws.get %p : !one
      ws.release %p : !one
      ws.put_tile %p, %t : !one, !block
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-note @below {{role "right"}}
      %a = ws.get %p : !one
      ws.release %p : !one
      ws.put_tile %p, %t : !one, !block
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
func.func @turns_change_places(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_tile %p, %t : !one, !block
      %a = ws.get %p : !one
      ws.release %p : !one
      // expected-note @below {{the other put}}
      ws.put_tile %p, %t : !one, !block
      %b = ws.get %p : !one
      ws.release %p : !one
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %a = ws.get %p : !one
      ws.release %p : !one
      ws.put_tile %p, %t : !one, !block
      // expected-error @below {{of channel "p" in role "right": expected one role that puts tile 2 of this block, found also "left"}}
      ws.put_tile %p, %t : !one, !block
      %b = ws.get %p : !one
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
func.func @tile_left_out(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = ws.channel {label = "p"} : !one
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-note @below {{role "left"}}
      ws.put_tile %p, %t : !one, !block
      %a = ws.get %p : !one
      ws.release %p : !one
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "p" in role "right": expected 2 puts or gets in each run of this block, as in role "left", found 1}}
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
func.func @role_left_out_of_a_loop(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %kv = ws.channel {label = "kv"} : !two
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %k = ws.get %kv : !two
      ws.release %kv : !two
    }
    scf.for %i = %c0 to %n step %c1 : i32 {
      %k = ws.get %kv : !two
      ws.release %kv : !two
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %k = ws.get %kv : !two
      ws.release %kv : !two
    }
  }
  ws.role "copy" warps(8, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %kv, %v[%x, %x] : !two, !view
    }
    // expected-error @below {{of role "copy" works on channel "kv", role "right" has no such loop or branch}}
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
func.func @more_tiles_for_one_getter(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %kv = ws.channel {label = "kv"} : !two
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %k = ws.get %kv : !two
      ws.release %kv : !two
      %m = ws.get %kv : !two
      ws.release %kv : !two
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "kv" in role "right": expected 2 puts or gets in each run of this block, as in role "copy", found 1}}
      %k = ws.get %kv : !two
      ws.release %kv : !two
    }
  }
  ws.role "copy" warps(8, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-note @below {{role "copy"}}
      ws.put_view %kv, %v[%x, %x] : !two, !view
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
func.func @getter_of_other_trips(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    // expected-note @above {{it differs here}}
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
    // expected-note @below {{from this}}
    %m = arith.addi %n, %c1 : i32
    // expected-error @below {{of role "right" and of role "copy" work on channel "kv": expected one upper bound, found two that are not computed alike}}
    scf.for %i = %c0 to %m step %c1 : i32 {
      %k = ws.get %kv : !two
      ws.release %kv : !two
    }
  }
  ws.role "copy" warps(8, 4) {
    // expected-note @below {{role "copy"}}
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
func.func @get_in_one_branch(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %kv = ws.channel {label = "kv"} : !two
  ws.role "left" warps(0, 4) {
    scf.if %if {
      %k = ws.get %kv : !two
      ws.release %kv : !two
    } else {
      // expected-error @below {{works on channel "kv", role "right" has no such side of the branch}}
      %k = ws.get %kv : !two
      ws.release %kv : !two
    }
  }
  ws.role "right" warps(4, 4) {
    scf.if %if {
      %k = ws.get %kv : !two
      ws.release %kv : !two
    }
  }
  ws.role "copy" warps(8, 4) {
    scf.if %if {
      ws.put_view %kv, %v[%x, %x] : !two, !view
    } else {
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
func.func @get_under_a_condition(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
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
      // expected-note @below {{role "right"}}
      scf.if %if {
        %k = ws.get %kv : !two
        ws.release %kv : !two
      }
    }
  }
  ws.role "copy" warps(8, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "kv" in role "copy": expected no put or get in this block, as role "right" has none in its own, found 1}}
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
func.func @rows_zeroed_for_one_getter(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %kv = ws.channel {label = "kv"} : !two
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-note @below {{role "left"}}
      %k = ws.get %kv valid %x : !two
      ws.release %kv : !two
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "kv" in role "right": expected the same `valid` as in role "left", as one tile serves both, found two that are not computed alike}}
      %k = ws.get %kv : !two
      ws.release %kv : !two
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
func.func @rows_zeroed_from_another_one_on(%v: !view, %x: i64, %n: i32, %if: i1, %out: !tile.ptr<i32>, %t: !block)
    attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %kv = ws.channel {label = "kv"} : !two
  ws.role "left" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-note @below {{role "left"}}
      %k = ws.get %kv valid %x : !two
      ws.release %kv : !two
    }
  }
  ws.role "right" warps(4, 4) {
    %y = arith.addi %x, %x : i64
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "kv" in role "right": expected the same `valid` as in role "left", as one tile serves both, found two that are not computed alike}}
      %k = ws.get %kv valid %y : !two
      ws.release %kv : !two
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
