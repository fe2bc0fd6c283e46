// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-verify-roles))' -verify-diagnostics
// Slots and parities, as after ws-assign-phases.

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @first_parity(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %c2 = arith.constant 2 : i32
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      %t = ws.get %a[%s] parity %p : !a
      ws.release %a[%s] : !a
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c1) -> (i32, i32) : i32 {
      // expected-error @below {{of channel "a" in role "copy": expected parity 0 for tile 0 (counted modulo 4), found 1}}
      ws.put_view %a[%s] parity %p, %v[%x, %x] : !a, !view
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @missing_flip(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %c2 = arith.constant 2 : i32
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      // expected-error @below {{of channel "a" in role "compute": expected parity 1 for tile 2 (counted modulo 4), found 0}}
      %t = ws.get %a[%s] parity %p : !a
      ws.release %a[%s] : !a
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c0 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      ws.put_view %a[%s] parity %p, %v[%x, %x] : !a, !view
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @wraps_too_late(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      %t = ws.get %a[%s] parity %p : !a
      ws.release %a[%s] : !a
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      // expected-error @below {{of channel "a" in role "copy": expected slot 0 for tile 2 (counted modulo 4), found 2}}
      ws.put_view %a[%s] parity %p, %v[%x, %x] : !a, !view
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c3 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @first_slot(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %c2 = arith.constant 2 : i32
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c1, %p = %c0) -> (i32, i32) : i32 {
      // expected-error @below {{of channel "a" in role "compute": expected slot 0 for tile 0 (counted modulo 4), found 1}}
      %t = ws.get %a[%s] parity %p : !a
      ws.release %a[%s] : !a
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      ws.put_view %a[%s] parity %p, %v[%x, %x] : !a, !view
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @constant_slot(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %c2 = arith.constant 2 : i32
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      %t = ws.get %a[%s] parity %p : !a
      ws.release %a[%s] : !a
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      // expected-error @below {{of channel "a" in role "copy": expected slot 1 for tile 1 (counted modulo 4), found 0}}
      ws.put_view %a[%c0] parity %p, %v[%x, %x] : !a, !view
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @slot_from_outside(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %c2 = arith.constant 2 : i32
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      // expected-error @below {{of channel "a" in role "compute": expected slot 0 for tile 0 (counted modulo 4), found one that does not follow from the number of tiles}}
      %t = ws.get %a[%n] parity %p : !a
      ws.release %a[%n] : !a
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      ws.put_view %a[%s] parity %p, %v[%x, %x] : !a, !view
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @another_slot_released(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %c2 = arith.constant 2 : i32
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      %other = arith.xori %s, %c1 : i32
      %t = ws.get %a[%s] parity %p : !a
      // expected-error @below {{of channel "a" in role "compute": expected slot 0 for tile 0 (counted modulo 4), found 1}}
      ws.release %a[%other] : !a
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      ws.put_view %a[%s] parity %p, %v[%x, %x] : !a, !view
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @half_assigned(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %c2 = arith.constant 2 : i32
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      // expected-note @below {{another op}}
      %t = ws.get %a[%s] parity %p : !a
      ws.release %a[%s] : !a
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "a": expected the slot and the parity that other ops name}}
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
func.func @starts_again_in_each_run(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %c2 = arith.constant 2 : i32
  ws.role "compute" warps(0, 4) {
    scf.for %j = %c0 to %n step %c1 : i32 {
      scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
        // expected-error @below {{of channel "a" in role "compute": expected slot 1 for tile 1 (counted modulo 4), found 0}}
        %t = ws.get %a[%s] parity %p : !a
        ws.release %a[%s] : !a
        %next = arith.addi %s, %c1 : i32
        %wraps = arith.cmpi eq, %next, %c2 : i32
        %flipped = arith.xori %p, %c1 : i32
        %s1 = arith.select %wraps, %c0, %next : i32
        %p1 = arith.select %wraps, %flipped, %p : i32
        scf.yield %s1, %p1 : i32, i32
      }
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %j = %c0 to %n step %c1 : i32 {
      scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
        ws.put_view %a[%s] parity %p, %v[%x, %x] : !a, !view
        %next = arith.addi %s, %c1 : i32
        %wraps = arith.cmpi eq, %next, %c2 : i32
        %flipped = arith.xori %p, %c1 : i32
        %s1 = arith.select %wraps, %c0, %next : i32
        %p1 = arith.select %wraps, %flipped, %p : i32
        scf.yield %s1, %p1 : i32, i32
      }
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @goes_wrong_after_many_tiles(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %c2 = arith.constant 2 : i32
  %c1000 = arith.constant 1000 : i32
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      %t = ws.get %a[%s] parity %p : !a
      ws.release %a[%s] : !a
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0, %p = %c0) -> (i32, i32) : i32 {
      %far = arith.cmpi sgt, %i, %c1000 : i32
      %late = arith.select %far, %c0, %s : i32
      // expected-error @below {{of channel "a" in role "copy": expected slot 1 for tile 1 (counted modulo 4), found one that does not follow from the number of tiles}}
      ws.put_view %a[%late] parity %p, %v[%x, %x] : !a, !view
      %next = arith.addi %s, %c1 : i32
      %wraps = arith.cmpi eq, %next, %c2 : i32
      %flipped = arith.xori %p, %c1 : i32
      %s1 = arith.select %wraps, %c0, %next : i32
      %p1 = arith.select %wraps, %flipped, %p : i32
      scf.yield %s1, %p1 : i32, i32
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @two_held_one_slot(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %c2 = arith.constant 2 : i32
  ws.role "compute" warps(0, 4) {
    %last = scf.for %i = %c0 to %n step %c1 iter_args(%p = %c0) -> (i32) : i32 {
      %t = ws.get %a[%c0] parity %p : !a
      %u = ws.get %a[%c1] parity %p : !a
      // expected-error @below {{of channel "a" in role "compute": expected slot 0 for tile 0 (counted modulo 4), found 1}}
      ws.release %a[%c1] : !a
      ws.release %a[%c1] : !a
      %q = arith.xori %p, %c1 : i32
      scf.yield %q : i32
    }
  }
  ws.role "copy" warps(4, 4) {
    %last = scf.for %i = %c0 to %n step %c1 iter_args(%p = %c0) -> (i32) : i32 {
      ws.put_view %a[%c0] parity %p, %v[%x, %x] : !a, !view
      ws.put_view %a[%c1] parity %p, %v[%x, %x] : !a, !view
      %q = arith.xori %p, %c1 : i32
      scf.yield %q : i32
    }
  }
  return
}
}
