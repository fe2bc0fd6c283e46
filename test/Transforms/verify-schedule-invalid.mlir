// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-verify-schedule))' -verify-diagnostics

module attributes {sm.arch = "sm_90a"} {
func.func @get_before_put(%p: tensor<16x16x!tile.ptr<bf16>>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !ws.channel<2 x tensor<16x16xbf16>>
  ws.role "all" warps(0, 4) {
    // expected-error @below {{of channel "a" deadlocks: the put that fills it comes after it}}
    %t = ws.get %c : !ws.channel<2 x tensor<16x16xbf16>>
    ws.release %c : !ws.channel<2 x tensor<16x16xbf16>>
    ws.put %c, %p : !ws.channel<2 x tensor<16x16xbf16>>, tensor<16x16x!tile.ptr<bf16>>
  }
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
func.func @get_without_put() attributes {tile.kernel, tile.num_warps = 4 : i32} {
  // expected-error @below {{"a" expects 1 put, 1 get and 1 release, found 0, 1 and 1}}
  %c = ws.channel {label = "a"} : !ws.channel<2 x tensor<16x16xbf16>>
  ws.role "all" warps(0, 4) {
    %t = ws.get %c : !ws.channel<2 x tensor<16x16xbf16>>
    ws.release %c : !ws.channel<2 x tensor<16x16xbf16>>
  }
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
func.func @get_under_another_condition(%p: tensor<16x16x!tile.ptr<bf16>>, %if: i1)
    attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !ws.channel<2 x tensor<16x16xbf16>>
  ws.role "all" warps(0, 4) {
    ws.put %c, %p : !ws.channel<2 x tensor<16x16xbf16>>, tensor<16x16x!tile.ptr<bf16>>
    scf.if %if {
      // expected-error @below {{must be in the block of its put and its release, or they run a different number of times}}
      %t = ws.get %c : !ws.channel<2 x tensor<16x16xbf16>>
      ws.release %c : !ws.channel<2 x tensor<16x16xbf16>>
    }
  }
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
func.func @read_after_release(%p: tensor<16x16x!tile.ptr<bf16>>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<16x16xbf16>>
  ws.role "all" warps(0, 4) {
    ws.put %c, %p : !ws.channel<1 x tensor<16x16xbf16>>, tensor<16x16x!tile.ptr<bf16>>
    %t = ws.get %c : !ws.channel<1 x tensor<16x16xbf16>>
    // expected-note @below {{the release; it frees the oldest tile taken}}
    ws.release %c : !ws.channel<1 x tensor<16x16xbf16>>
    // expected-error @below {{reads the tile of channel "a" after its release}}
    %n = arith.negf %t : tensor<16x16xbf16>
  }
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
func.func @read_view_after_release(%p: tensor<16x16x!tile.ptr<bf16>>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<16x16xbf16>>
  ws.role "all" warps(0, 4) {
    ws.put %c, %p : !ws.channel<1 x tensor<16x16xbf16>>, tensor<16x16x!tile.ptr<bf16>>
    %t = ws.get %c : !ws.channel<1 x tensor<16x16xbf16>>
    %r = tile.trans %t : tensor<16x16xbf16> -> tensor<16x16xbf16>
    // expected-note @below {{the release; it frees the oldest tile taken}}
    ws.release %c : !ws.channel<1 x tensor<16x16xbf16>>
    // expected-error @below {{reads the tile of channel "a" after its release}}
    %n = arith.negf %r : tensor<16x16xbf16>
  }
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
func.func @carried_to_the_next_iteration(%p: tensor<16x16x!tile.ptr<bf16>>, %n: i32) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<16x16xbf16>>
  ws.role "all" warps(0, 4) {
    %lower = arith.constant 0 : i32
    %zero = arith.constant dense<0.0> : tensor<16x16xbf16>
    %r = scf.for %i = %lower to %n step %n iter_args(%last = %zero) -> (tensor<16x16xbf16>) : i32 {
      ws.put %c, %p : !ws.channel<1 x tensor<16x16xbf16>>, tensor<16x16x!tile.ptr<bf16>>
      // expected-note @below {{the get}}
      %t = ws.get %c : !ws.channel<1 x tensor<16x16xbf16>>
      ws.release %c : !ws.channel<1 x tensor<16x16xbf16>>
      // expected-error @below {{reads channel "a" outside the block of its get}}
      scf.yield %t : tensor<16x16xbf16>
    }
  }
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
func.func @release_before_get(%p: tensor<16x16x!tile.ptr<bf16>>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<16x16xbf16>>
  ws.role "all" warps(0, 4) {
    ws.put %c, %p : !ws.channel<1 x tensor<16x16xbf16>>, tensor<16x16x!tile.ptr<bf16>>
    // expected-error @below {{of channel "a" comes before its get}}
    ws.release %c : !ws.channel<1 x tensor<16x16xbf16>>
    %t = ws.get %c : !ws.channel<1 x tensor<16x16xbf16>>
  }
  return
}
}

// -----

!channel = !ws.channel<1 x tensor<16x16xbf16>>
!view = !tile.view<?x16xbf16>
module attributes {sm.arch = "sm_90a"} {
func.func @more_tiles_than_slots(%v: !view, %n: i64) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 4) {
    ws.put_view %c, %v[%n, %n] : !channel, !view
    %t = ws.get %c : !channel
    // expected-error @below {{of channel "a" deadlocks: expected at most 1 tiles held, the depth of the channel, found 2}}
    ws.put_view %c, %v[%n, %n] : !channel, !view
    %u = ws.get %c : !channel
    ws.release %c : !channel
    ws.release %c : !channel
  }
  return
}
}

// -----

!channel = !ws.channel<2 x tensor<16x16xbf16>>
!view = !tile.view<?x16xbf16>
module attributes {sm.arch = "sm_90a"} {
func.func @first_tile_read_last(%v: !view, %n: i64) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 4) {
    ws.put_view %c, %v[%n, %n] : !channel, !view
    %t = ws.get %c : !channel
    ws.put_view %c, %v[%n, %n] : !channel, !view
    %u = ws.get %c : !channel
    // expected-note @below {{the release; it frees the oldest tile taken}}
    ws.release %c : !channel
    // expected-error @below {{reads the tile of channel "a" after its release}}
    %n0 = arith.negf %t : tensor<16x16xbf16>
    ws.release %c : !channel
  }
  return
}
}

// -----

!channel = !ws.channel<2 x tensor<16x16xbf16>>
!view = !tile.view<?x16xbf16>
module attributes {sm.arch = "sm_90a"} {
func.func @a_tile_is_not_released(%v: !view, %n: i64) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  // expected-error @below {{"a" expects 2 puts, 2 gets and 2 releases, found 2, 2 and 1}}
  %c = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 4) {
    ws.put_view %c, %v[%n, %n] : !channel, !view
    %t = ws.get %c : !channel
    ws.put_view %c, %v[%n, %n] : !channel, !view
    %u = ws.get %c : !channel
    ws.release %c : !channel
  }
  return
}
}

// -----

!channel = !ws.channel<2 x tensor<16x16xbf16>>
!view = !tile.view<?x16xbf16>
module attributes {sm.arch = "sm_90a"} {
func.func @a_tile_held_over_a_loop(%v: !view, %n: i64) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 4) {
    ws.put_view %c, %v[%n, %n] : !channel, !view
    %t = ws.get %c : !channel
    ws.release %c : !channel
    ws.put_view %c, %v[%n, %n] : !channel, !view
    // expected-error @below {{must be in the block of its put and its release, or they run a different number of times}}
    %t1 = ws.get %c : !channel
    scf.for %i = %n to %n step %n : i64 {
      ws.put_view %c, %v[%n, %n] : !channel, !view
      %u = ws.get %c : !channel
      ws.release %c : !channel
    }
    ws.release %c : !channel
  }
  return
}
}

// -----

!channel = !ws.channel<2 x tensor<16x16xbf16>>
module attributes {sm.arch = "sm_90a"} {
func.func @several_tiles_without_bulk_copies(%p: tensor<16x16x!tile.ptr<bf16>>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  // expected-error @below {{"a" expects 1 put, 1 get and 1 release, found 2, 2 and 2}}
  %c = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 4) {
    ws.put %c, %p : !channel, tensor<16x16x!tile.ptr<bf16>>
    %t = ws.get %c : !channel
    ws.release %c : !channel
    ws.put %c, %p : !channel, tensor<16x16x!tile.ptr<bf16>>
    %u = ws.get %c : !channel
    ws.release %c : !channel
  }
  return
}
}

// -----

module attributes {sm.arch = "sm_86"} {
// expected-error @below {{the kernel's channels need 131072 bytes of shared memory, sm_86 allows 101376: reduce num_stages or the tiles}}
func.func @too_much_shared_memory(%p: tensor<128x128x!tile.ptr<bf16>>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  // expected-note @below {{channel "a": 4 x 'tensor<128x128xbf16>' = 131072 bytes}}
  %c = ws.channel {label = "a"} : !ws.channel<4 x tensor<128x128xbf16>>
  ws.role "all" warps(0, 4) {
    ws.put %c, %p : !ws.channel<4 x tensor<128x128xbf16>>, tensor<128x128x!tile.ptr<bf16>>
    %t = ws.get %c : !ws.channel<4 x tensor<128x128xbf16>>
    ws.release %c : !ws.channel<4 x tensor<128x128xbf16>>
  }
  return
}
}

// -----

// The first loop's channel is done with when the second loop's two begin.
module attributes {sm.arch = "sm_86"} {
// expected-error @below {{the kernel's channels need 131072 bytes of shared memory, sm_86 allows 101376}}
func.func @too_much_in_one_loop(%p: tensor<128x128x!tile.ptr<bf16>>, %n: i32) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  // expected-note @below {{channel "a"}}
  %a = ws.channel {label = "a"} : !ws.channel<3 x tensor<128x128xbf16>>
  // expected-note @below {{channel "b"}}
  %b = ws.channel {label = "b"} : !ws.channel<3 x tensor<128x128xbf16>>
  // expected-note @below {{channel "c"}}
  %c = ws.channel {label = "c"} : !ws.channel<1 x tensor<128x128xbf16>>
  ws.role "all" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put %a, %p : !ws.channel<3 x tensor<128x128xbf16>>, tensor<128x128x!tile.ptr<bf16>>
      %t = ws.get %a : !ws.channel<3 x tensor<128x128xbf16>>
      ws.release %a : !ws.channel<3 x tensor<128x128xbf16>>
    }
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put %b, %p : !ws.channel<3 x tensor<128x128xbf16>>, tensor<128x128x!tile.ptr<bf16>>
      ws.put %c, %p : !ws.channel<1 x tensor<128x128xbf16>>, tensor<128x128x!tile.ptr<bf16>>
      %t = ws.get %b : !ws.channel<3 x tensor<128x128xbf16>>
      %u = ws.get %c : !ws.channel<1 x tensor<128x128xbf16>>
      ws.release %b : !ws.channel<3 x tensor<128x128xbf16>>
      ws.release %c : !ws.channel<1 x tensor<128x128xbf16>>
    }
  }
  return
}
}

// -----

module attributes {sm.arch = "sm_86"} {
// expected-error @below {{roles have 2 warps together, the kernel has 4}}
func.func @roles_leave_warps_idle() attributes {tile.kernel, tile.num_warps = 4 : i32} {
  ws.role "all" warps(0, 2) {
  }
  return
}
}

// -----

module {
// expected-error @below {{the module has no target: set the attribute `sm.arch` to one of sm_80}}
func.func @no_target() attributes {tile.kernel, tile.num_warps = 2 : i32} {
  ws.role "all" warps(0, 2) {
  }
  return
}
}
