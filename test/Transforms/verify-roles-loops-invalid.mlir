// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-verify-roles))' -verify-diagnostics
// The loops and branches round puts and gets.

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @takes_two_for_one(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "a" in role "compute": expected 1 put or get in each run of this block, as in role "copy", found 2}}
      %t = ws.get %a : !a
      ws.release %a : !a
      %u = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-note @below {{role "copy"}}
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @put_outside_of_the_loop(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-note @below {{role "compute"}}
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    // expected-error @below {{of channel "a" in role "copy": expected no put or get in this block, as role "compute" has none in its own, found 1}}
    ws.put_view %a, %v[%x, %x] : !a, !view
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @one_loop_more(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
    // expected-error @below {{of role "copy" works on channel "a", role "compute" has no such loop or branch}}
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @one_loop_less(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
    // expected-error @below {{of role "compute" works on channel "a", role "copy" has no such loop or branch}}
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @another_order(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-error @below {{of role "compute" takes tiles of channel "a" in another order: expected 'ws.put_view' here, as in role "copy"}}
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
    %t = ws.get %a : !a
    ws.release %a : !a
  }
  ws.role "copy" warps(4, 4) {
    // expected-note @below {{role "copy"}}
    ws.put_view %a, %v[%x, %x] : !a, !view
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @loop_for_a_branch(%v: !view, %x: i64, %n: i32, %if: i1) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-error @below {{of role "compute" takes tiles of channel "a" in another order: expected 'scf.if' here, as in role "copy"}}
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    // expected-note @below {{role "copy"}}
    scf.if %if {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @another_upper_bound(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-note @below {{from this}}
    %m = arith.addi %n, %c1 : i32
    // expected-error @below {{of role "compute" and of role "copy" work on channel "a": expected one upper bound, found two that are not computed alike}}
    scf.for %i = %c0 to %m step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    // expected-note @below {{it differs here}}
    %m = arith.subi %n, %c1 : i32
    // expected-note @below {{role "copy"}}
    scf.for %i = %c0 to %m step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @another_lower_bound(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-note @below {{from this}}
    %m = tile.program_id 0
    // expected-error @below {{of role "compute" and of role "copy" work on channel "a": expected one lower bound, found two that are not computed alike}}
    scf.for %i = %m to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    // expected-note @below {{it differs here}}
    %m = tile.program_id 1
    // expected-note @below {{role "copy"}}
    scf.for %i = %m to %n step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @another_step(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-note @below {{from this}}
    %m = arith.constant 2 : i32
    // expected-error @below {{of role "compute" and of role "copy" work on channel "a": expected one step, found two that are not computed alike}}
    scf.for %i = %c0 to %n step %m : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    // expected-note @below {{it differs here}}
    %m = arith.constant 3 : i32
    // expected-note @below {{role "copy"}}
    scf.for %i = %c0 to %n step %m : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @another_condition(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-note @below {{from this}}
    %if = arith.cmpi slt, %n, %c1 : i32
    // expected-error @below {{of role "compute" and of role "copy" work on channel "a": expected one condition, found two that are not computed alike}}
    scf.if %if {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    // expected-note @below {{it differs here}}
    %if = arith.cmpi sle, %n, %c1 : i32
    // expected-note @below {{role "copy"}}
    scf.if %if {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @bound_lost(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-note @below {{from this}}
    %m = ub.poison : i32
    // expected-error @below {{of role "compute" and of role "copy" work on channel "a": expected one upper bound, found two that are not computed alike}}
    scf.for %i = %c0 to %m step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    // expected-note @below {{it differs here}}
    %m = ub.poison : i32
    // expected-note @below {{role "copy"}}
    scf.for %i = %c0 to %m step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @bound_read_from_written_memory(%v: !view, %x: i64, %n: i32, %table: !tile.ptr<i32>, %lengths: !tile.ptr<i32>) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    tile.store %table, %n : !tile.ptr<i32>
    // expected-note @below {{from this}}
    %m = tile.load %table : !tile.ptr<i32>
    // expected-error @below {{of role "compute" and of role "copy" work on channel "a": expected one upper bound, found two that are not computed alike}}
    scf.for %i = %c0 to %m step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    // expected-note @below {{it differs here}}
    %m = tile.load %lengths : !tile.ptr<i32>
    // expected-note @below {{role "copy"}}
    scf.for %i = %c0 to %m step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @carried_bound_grows_faster(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %j = %c0 to %n step %c1 iter_args(%m = %c1) -> (i32) : i32 {
      // expected-error @below {{of role "compute" and of role "copy" work on channel "a": expected one upper bound, found two that are not computed alike}}
      scf.for %i = %c0 to %m step %c1 : i32 {
        %t = ws.get %a : !a
        ws.release %a : !a
      }
      // expected-note @below {{from this}}
      %k = arith.muli %m, %n : i32
      scf.yield %k : i32
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %j = %c0 to %n step %c1 iter_args(%m = %c1) -> (i32) : i32 {
      // expected-note @below {{role "copy"}}
      scf.for %i = %c0 to %m step %c1 : i32 {
        ws.put_view %a, %v[%x, %x] : !a, !view
      }
      // expected-note @below {{it differs here}}
      %k = arith.addi %m, %c1 : i32
      scf.yield %k : i32
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @unsigned_loop(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-error @below {{of role "compute" compares its bounds with another sign than its counterpart in role "copy"}}
    scf.for unsigned %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @the_other_side(%v: !view, %x: i64, %n: i32, %if: i1) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.if %if {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.if %if {
      ws.put_view %a, %v[%x, %x] : !a, !view
    } else {
      // expected-error @below {{works on channel "a", role "compute" has no such side of the branch}}
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}
