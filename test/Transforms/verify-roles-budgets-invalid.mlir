// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-verify-roles))' -verify-diagnostics
// What roles share, the ends of a channel, and memory that puts depend on.

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
// expected-error @below {{roles have 8 warps together, the kernel has 12}}
func.func @warps_left_idle(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 12 : i32} {
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
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @warps_beyond_the_kernel(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  // expected-error @below {{"copy" has warps up to 12, the kernel has 8}}
  ws.role "copy" warps(8, 4) {
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
func.func @part_of_a_warpgroup(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 6 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) registers(232) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  // expected-error @below {{"copy" sets its registers: expected whole warpgroups of 4, found 2 warps from warp 4 on}}
  ws.role "copy" warps(4, 2) registers(40) {
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
// expected-error @below {{roles need 66560 registers, a launch of 12 warps gets 64512: the last to take theirs would wait for ever}}
func.func @too_many_registers(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  // expected-note @below {{role "compute": 8 warps of 240 registers per thread}}
  ws.role "compute" warps(0, 8) registers(240) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  // expected-note @below {{role "copy": 4 warps of 40 registers per thread}}
  ws.role "copy" warps(8, 4) registers(40) {
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

module attributes {sm.arch = "sm_90a", sm.shared_limit = 16384 : i64} {
// expected-error @below {{the kernel's channels and their barriers need 16416 bytes of shared memory, sm_90a allows 16384: reduce num_stages or the tiles}}
func.func @no_room_for_barriers(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  // expected-note @below {{channel "a": 2 x 'tensor<64x64xbf16>' = 16416 bytes}}
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
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @too_many_roles(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 16 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  ws.role "r0" warps(0, 1) {
  }
  ws.role "r1" warps(1, 1) {
  }
  ws.role "r2" warps(2, 1) {
  }
  ws.role "r3" warps(3, 1) {
  }
  ws.role "r4" warps(4, 1) {
  }
  ws.role "r5" warps(5, 1) {
  }
  ws.role "r6" warps(6, 1) {
  }
  ws.role "r7" warps(7, 1) {
  }
  ws.role "r8" warps(8, 1) {
  }
  ws.role "r9" warps(9, 1) {
  }
  ws.role "r10" warps(10, 1) {
  }
  ws.role "r11" warps(11, 1) {
  }
  ws.role "r12" warps(12, 1) {
  }
  ws.role "r13" warps(13, 1) {
  }
  ws.role "r14" warps(14, 1) {
  }
  // expected-error @below {{"r15" has no named barrier: expected at most 15 roles, found 16}}
  ws.role "r15" warps(15, 1) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @nobody_puts(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  // expected-error @below {{"a": expected a role with puts, found none}}
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @nobody_gets(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  // expected-error @below {{"a": expected a role with gets, found none}}
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
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
func.func @nobody_releases(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "a" in role "compute": expected a release of its tile in the same block, found none}}
      %t = ws.get %a : !a
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
func.func @two_roles_put(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    %t = ws.get %a : !a
    ws.release %a : !a
  }
  ws.role "copy" warps(4, 4) {
    // expected-note @below {{the other put}}
    ws.put_view %a, %v[%x, %x] : !a, !view
  }
  ws.role "more" warps(8, 4) {
    // expected-error @below {{of channel "a" in role "more": expected one role that puts tile 0 of this block, found also "copy"}}
    ws.put_view %a, %v[%x, %x] : !a, !view
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @another_role_releases(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-error @below {{of channel "a" in role "compute": expected a release of its tile in the same block, found none}}
    %t = ws.get %a : !a
  }
  ws.role "copy" warps(4, 4) {
    ws.put_view %a, %v[%x, %x] : !a, !view
    ws.release %a : !a
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @puts_for_itself(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  // expected-error @below {{"a": expected two roles or more that use it, found one, "compute"}}
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    ws.put_view %a, %v[%x, %x] : !a, !view
    %t = ws.get %a : !a
    ws.release %a : !a
  }
  ws.role "copy" warps(4, 4) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @outside_of_roles(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  // expected-error @below {{of channel "a": expected it inside a role}}
  ws.put_view %a, %v[%x, %x] : !a, !view
  ws.role "compute" warps(0, 4) {
    %t = ws.get %a : !a
    ws.release %a : !a
  }
  ws.role "copy" warps(4, 4) {
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @while_loop(%v: !view, %x: i64, %n: i32, %if: i1) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    %t = ws.get %a : !a
    ws.release %a : !a
  }
  ws.role "copy" warps(4, 4) {
    scf.while : () -> () {
      scf.condition(%if)
    } do {
      // expected-error @below {{of channel "a" in role "copy": expected it in for loops and branches only, which roles can compare, found 'scf.while'}}
      ws.put_view %a, %v[%x, %x] : !a, !view
      scf.yield
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @source_is_stored_to(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      // expected-note @below {{the store}}
      tile.store_view %t, %v[%x, %x] dims [0, 1] : tensor<64x64xbf16>, !view
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{in role "copy" reads memory that a store of the kernel may write, and nothing orders the two}}
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
func.func @page_table_is_written(%v: !view, %x: i64, %n: i32, %table: !tile.ptr<i32>) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
    // expected-note @below {{the store}}
    tile.store %table, %n : !tile.ptr<i32>
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %at = tile.addptr %table, %i : !tile.ptr<i32>, i32
      // expected-error @below {{in role "copy" reads memory that a store of the kernel may write, and nothing orders the two}}
      %page = tile.load %at : !tile.ptr<i32>
      %row = arith.extsi %page : i32 to i64
      // expected-note @below {{a put of the same role depends on what is read}}
      ws.put_view %a, %v[%row, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @read_through_an_unknown_pointer(%v: !view, %x: i64, %n: i32, %table: !tile.ptr<i32>, %other: !tile.ptr<i32>, %if: i1) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-note @below {{the store}}
    tile.store %table, %n : !tile.ptr<i32>
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    %both = arith.select %if, %table, %other : !tile.ptr<i32>
    // expected-error @below {{in role "copy" reads memory that a store of the kernel may write, and nothing orders the two}}
    %m = tile.load %both : !tile.ptr<i32>
    scf.for %i = %c0 to %m step %c1 : i32 {
      // expected-note @below {{a put of the same role depends on what is read}}
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  return
}
}
