// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-verify-roles))' -verify-diagnostics
// Tiles that are held, and roles that wait for each other.

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @release_without_get(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
      // expected-error @below {{of channel "a" in role "compute": expected a get before it in its block whose tile is not released, found none}}
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
func.func @release_first(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "a" in role "compute": expected a get before it in its block whose tile is not released, found none}}
      ws.release %a : !a
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
func.func @held_at_the_end(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      // expected-error @below {{of channel "a" in role "compute": expected a release of its tile in the same block, found none}}
      %u = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
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
func.func @released_once_for_all(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{of channel "a" in role "compute": expected a release of its tile in the same block, found none}}
      %t = ws.get %a : !a
    }
    ws.release %a : !a
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
func.func @read_after_release(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      // expected-note @below {{the release; it frees the oldest tile taken}}
      ws.release %a : !a
      // expected-error @below {{reads the tile of channel "a" after its release}}
      %r = arith.negf %t : tensor<64x64xbf16>
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
func.func @view_read_after_release(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      %s = tile.slice %t [0, 0] : tensor<64x64xbf16> -> tensor<64x32xbf16>
      %r = tile.trans %s : tensor<64x32xbf16> -> tensor<32x64xbf16>
      // expected-note @below {{the release; it frees the oldest tile taken}}
      ws.release %a : !a
      // expected-error @below {{reads the tile of channel "a" after its release}}
      %d = arith.negf %r : tensor<32x64xbf16>
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
func.func @read_after_release_in_a_loop(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    %t = ws.get %a : !a
    // expected-note @below {{the release; it frees the oldest tile taken}}
    ws.release %a : !a
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{reads the tile of channel "a" after its release}}
      %r = arith.negf %t : tensor<64x64xbf16>
    }
  }
  ws.role "copy" warps(4, 4) {
    ws.put_view %a, %v[%x, %x] : !a, !view
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @wrong_tile_released(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      %u = ws.get %a : !a
      %r = arith.negf %u : tensor<64x64xbf16>
      // expected-note @below {{the release; it frees the oldest tile taken}}
      ws.release %a : !a
      // expected-error @below {{reads the tile of channel "a" after its release}}
      %s = arith.negf %t : tensor<64x64xbf16>
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
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
func.func @carried_out(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    %z = arith.constant dense<0.0> : tensor<64x64xbf16>
    %r = scf.for %i = %c0 to %n step %c1 iter_args(%o = %z) -> (tensor<64x64xbf16>) : i32 {
      // expected-note @below {{the get}}
      %t = ws.get %a : !a
      ws.release %a : !a
      // expected-error @below {{reads channel "a" outside the block of its get}}
      scf.yield %t : tensor<64x64xbf16>
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
func.func @carried_through_a_branch(%v: !view, %x: i64, %n: i32, %if: i1) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      %z = arith.constant dense<0.0> : tensor<64x64xbf16>
      %o = scf.if %if -> (tensor<64x64xbf16>) {
        scf.yield %t : tensor<64x64xbf16>
      } else {
        scf.yield %z : tensor<64x64xbf16>
      }
      // expected-note @below {{the release; it frees the oldest tile taken}}
      ws.release %a : !a
      // expected-error @below {{reads the tile of channel "a" after its release}}
      %r = arith.negf %o : tensor<64x64xbf16>
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
func.func @carried_through_a_while_loop(%v: !view, %x: i64, %n: i32, %if: i1) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      %o = scf.while (%w = %t) : (tensor<64x64xbf16>) -> (tensor<64x64xbf16>) {
        scf.condition(%if) %w : tensor<64x64xbf16>
      } do {
      ^bb0(%w: tensor<64x64xbf16>):
        scf.yield %w : tensor<64x64xbf16>
      }
      // expected-note @below {{the release; it frees the oldest tile taken}}
      ws.release %a : !a
      // expected-error @below {{reads the tile of channel "a" after its release}}
      %r = arith.negf %o : tensor<64x64xbf16>
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
func.func @holds_more_than_the_depth(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-note @below {{the tile held}}
      %t = ws.get %a : !a
      %u = ws.get %a : !a
      // expected-error @below {{of channel "a" in role "compute" deadlocks: expected a release of the tile 2 before, whose slot it needs, found it held}}
      %w = ws.get %a : !a
      ws.release %a : !a
      ws.release %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
      ws.put_view %a, %v[%x, %x] : !a, !view
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
func.func @held_across_its_own_loop(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-note @below {{the tile held}}
    %t = ws.get %a : !a
    // expected-error @below {{works on channel "a" while role "compute" holds a tile of it, which a release in here would free}}
    scf.for %i = %c0 to %n step %c1 : i32 {
      %u = ws.get %a : !a
      ws.release %a : !a
    }
    ws.release %a : !a
  }
  ws.role "copy" warps(4, 4) {
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
func.func @tile_comes_after_the_loop(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %q = ws.channel {label = "q"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %j = %c0 to %n step %c1 : i32 {
      // expected-error @below {{deadlocks: role "compute" waits for tile 0 of channel "q": 0 put}}
      %u = ws.get %q : !a
      scf.for %i = %c0 to %n step %c1 : i32 {
        %t = ws.get %a : !a
        ws.release %a : !a
      }
      ws.release %q : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %j = %c0 to %n step %c1 : i32 {
      // expected-note @below {{role "copy" comes to this loop and waits in it, as soon as its channels are full or empty, for roles that never reach theirs}}
      scf.for %i = %c0 to %n step %c1 : i32 {
        ws.put_view %a, %v[%x, %x] : !a, !view
      }
      ws.put_view %q, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @circle(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %q = ws.channel {label = "q"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-error @below {{deadlocks: role "compute" waits for tile 0 of channel "a": 0 put}}
    %t = ws.get %a : !a
    ws.release %a : !a
    ws.put_view %q, %v[%x, %x] : !a, !view
  }
  ws.role "copy" warps(4, 4) {
    // expected-note @below {{role "copy" waits for tile 0 of channel "q": 0 put}}
    %u = ws.get %q : !a
    ws.release %q : !a
    ws.put_view %a, %v[%x, %x] : !a, !view
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @second_run_of_three_roles(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %q = ws.channel {label = "q"} : !a
  %b = ws.channel {label = "b"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      // expected-error @below {{deadlocks: role "compute" waits for tile 0 of channel "b": 0 put}}
      %s = ws.get %b : !a
      ws.release %b : !a
      ws.release %a : !a
      ws.put_view %q, %v[%x, %x] : !a, !view
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
  }
  ws.role "back" warps(8, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-note @below {{role "back" waits for tile 0 of channel "q": 0 put}}
      %u = ws.get %q : !a
      ws.release %q : !a
      ws.put_view %b, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!q = !ws.channel<1 x tensor<64x64xbf16>>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @depth_too_small(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %q = ws.channel {label = "q"} : !q
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      // expected-error @below {{deadlocks: role "compute" waits for tile 0 of channel "a": 0 put}}
      %t = ws.get %a : !a
      ws.release %a : !a
      %u = ws.get %q : !q
      ws.release %q : !q
      %w = ws.get %q : !q
      ws.release %q : !q
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %q, %v[%x, %x] : !q, !view
      // expected-note @below {{role "copy" waits to put tile 1 into channel "q", of depth 1: role "compute" has not taken tile 0, of the same slot}}
      ws.put_view %q, %v[%x, %x] : !q, !view
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
func.func @two_loops_for_one(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %q = ws.channel {label = "q"} : !a
  ws.role "compute" warps(0, 4) {
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
      %u = ws.get %q : !a
      ws.release %q : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    // expected-note @below {{the other one}}
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
    // expected-error @below {{of role "copy" works on channels that another role serves in one loop or branch: expected one here too, found two}}
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %q, %v[%x, %x] : !a, !view
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!a = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
func.func @crossed_loops(%v: !view, %x: i64, %n: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = ws.channel {label = "a"} : !a
  %q = ws.channel {label = "q"} : !a
  ws.role "compute" warps(0, 4) {
    // expected-error @below {{deadlocks: role "compute" comes to this loop and waits in it, as soon as its channels are full or empty, for roles that never reach theirs}}
    scf.for %i = %c0 to %n step %c1 : i32 {
      %u = ws.get %q : !a
      ws.release %q : !a
    }
    scf.for %i = %c0 to %n step %c1 : i32 {
      %t = ws.get %a : !a
      ws.release %a : !a
    }
  }
  ws.role "copy" warps(4, 4) {
    // expected-note @below {{role "copy" comes to this loop and waits in it}}
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %a, %v[%x, %x] : !a, !view
    }
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put_view %q, %v[%x, %x] : !a, !view
    }
  }
  return
}
}
