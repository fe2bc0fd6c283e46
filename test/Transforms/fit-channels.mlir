// RUN: mla-opt %s -split-input-file -allow-unregistered-dialect -ws-fit-channels -verify-diagnostics | FileCheck %s
// RUN: mla-opt %s -split-input-file -allow-unregistered-dialect -pass-pipeline="builtin.module(func.func(ws-fit-channels{scratch-bytes=40000}))" 2>/dev/null | FileCheck %s --check-prefix=SCRATCH

// 64 KB with two slots each: one CTA of four warps per SM; with one slot three fit, and so they are filled at the end of an
// iteration. (sm_80: 164 KB per SM.)
!ptrs = tensor<128x128x!tile.ptr<bf16>>
!two = !ws.channel<2 x tensor<128x128xbf16>>
module attributes {sm.arch = "sm_80"} {
  // CHECK-LABEL: func.func @more_ctas
  // CHECK:       ws.channel {label = "a"} : <1 x tensor<128x128xbf16>>
  // CHECK:       ws.channel {label = "b"} : <1 x tensor<128x128xbf16>>
  // CHECK:       ws.put %{{.*}} {ahead = 1 : i32} : <1 x
  // CHECK:       ws.put %{{.*}} {ahead = 1 : i32} : <1 x
  func.func @more_ctas(%p: !ptrs, %n: i32) attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "a"} : !two
    %b = ws.channel {label = "b"} : !two
    ws.role "all" warps(0, 4) {
      %lower = arith.constant 0 : i32
      %step = arith.constant 1 : i32
      scf.for %i = %lower to %n step %step : i32 {
        ws.put %a, %p : !two, !ptrs
        ws.put %b, %p : !two, !ptrs
        %x = ws.get %a : !two
        %y = ws.get %b : !two
        "test.use"(%x, %y) : (tensor<128x128xbf16>, tensor<128x128xbf16>) -> ()
        ws.release %a : !two
        ws.release %b : !two
      }
    }
    return
  }
}

// -----

// The carried tile takes 128 registers of each thread: two CTAs, and with two slots two fit.
!ptrs = tensor<64x128x!tile.ptr<bf16>>
!two = !ws.channel<2 x tensor<64x128xbf16>>
module attributes {sm.arch = "sm_80"} {
  // CHECK-LABEL: func.func @registers_limit
  // CHECK:       ws.channel {label = "a"} : <2 x
  // CHECK:       ws.put %{{[^{]*}} :
  func.func @registers_limit(%p: !ptrs, %n: i32) attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "a"} : !two
    %b = ws.channel {label = "b"} : !two
    ws.role "all" warps(0, 4) {
      %lower = arith.constant 0 : i32
      %step = arith.constant 1 : i32
      %zero = arith.constant dense<0.0> : tensor<128x128xf32>
      %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<128x128xf32>) : i32 {
        ws.put %a, %p : !two, !ptrs
        ws.put %b, %p : !two, !ptrs
        %x = ws.get %a : !two
        %y = ws.get %b : !two
        %d = "test.dot"(%x, %y, %acc) : (tensor<64x128xbf16>, tensor<64x128xbf16>, tensor<128x128xf32>) -> tensor<128x128xf32>
        ws.release %a : !two
        ws.release %b : !two
        scf.yield %d : tensor<128x128xf32>
      }
      "test.use"(%r) : (tensor<128x128xf32>) -> ()
    }
    return
  }
}

// -----

// 192 KB do not fit, whatever the registers are; 128 KB do.
!ptrs = tensor<128x256x!tile.ptr<bf16>>
!three = !ws.channel<3 x tensor<128x256xbf16>>
module attributes {sm.arch = "sm_80"} {
  // CHECK-LABEL: func.func @does_not_fit
  // CHECK:       ws.channel {label = "a"} : <2 x
  // CHECK:       ws.put %{{.*}} {ahead = 2 : i32}
  // With what threads exchange besides, not even these.
  // SCRATCH-LABEL: func.func @does_not_fit
  // SCRATCH:       ws.channel {label = "a"} : <1 x
  func.func @does_not_fit(%p: !ptrs, %n: i32) attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "a"} : !three
    ws.role "all" warps(0, 4) {
      %lower = arith.constant 0 : i32
      %step = arith.constant 1 : i32
      scf.for %i = %lower to %n step %step : i32 {
        ws.put %a, %p : !three, !ptrs
        %x = ws.get %a : !three
        "test.use"(%x) : (tensor<128x256xbf16>) -> ()
        ws.release %a : !three
      }
    }
    return
  }
}

// -----

// A recipe's depths are as it says.
!ptrs = tensor<128x128x!tile.ptr<bf16>>
!four = !ws.channel<4 x tensor<128x128xbf16>>
module attributes {sm.arch = "sm_80"} {
  // CHECK-LABEL: func.func @given
  // CHECK:       ws.channel {label = "a"} : <4 x
  func.func @given(%p: !ptrs, %n: i32)
      attributes {tile.kernel, tile.num_warps = 4 : i32, tile.channel_depths = {a = 4 : i32}} {
    %a = ws.channel {label = "a"} : !four
    ws.role "all" warps(0, 4) {
      %lower = arith.constant 0 : i32
      %step = arith.constant 1 : i32
      scf.for %i = %lower to %n step %step : i32 {
        ws.put %a, %p : !four, !ptrs
        %x = ws.get %a : !four
        "test.use"(%x) : (tensor<128x128xbf16>) -> ()
        ws.release %a : !four
      }
    }
    return
  }
}

// -----

// Not even two tiles fit, and the exchanges between threads take their part: one slot, filled late, is two stages.
!ptrs = tensor<128x128x!tile.ptr<bf16>>
!four = !ws.channel<4 x tensor<128x128xbf16>>
module attributes {sm.arch = "sm_86"} {
  // CHECK-LABEL: func.func @fewer_stages
  // CHECK:       ws.channel {label = "a"} : <1 x
  // CHECK:       ws.channel {label = "b"} : <1 x
  // CHECK:       ws.put %{{.*}} {ahead = 1 : i32}
  // CHECK:       ws.put %{{.*}} {ahead = 1 : i32}
  func.func @fewer_stages(%p: !ptrs, %n: i32) attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "a"} : !four
    %b = ws.channel {label = "b"} : !four
    ws.role "all" warps(0, 4) {
      %lower = arith.constant 0 : i32
      %step = arith.constant 1 : i32
      // expected-remark @below {{takes 2 stages instead of 4, with which the kernel needs more shared memory than the 101376 bytes that sm_86 allows}}
      scf.for %i = %lower to %n step %step : i32 {
        ws.put %a, %p : !four, !ptrs
        ws.put %b, %p : !four, !ptrs
        %x = ws.get %a : !four
        %y = ws.get %b : !four
        "test.use"(%x, %y) : (tensor<128x128xbf16>, tensor<128x128xbf16>) -> ()
        ws.release %a : !four
        ws.release %b : !four
      }
    }
    return
  }
}

// -----

// Only the first loop's channel is at its peak beside another one: the second keeps its stages.
!ptrs = tensor<128x128x!tile.ptr<bf16>>
!one = !ws.channel<1 x tensor<128x128xbf16>>
!four = !ws.channel<4 x tensor<128x128xbf16>>
!smalls = tensor<32x32x!tile.ptr<bf16>>
!small = !ws.channel<3 x tensor<32x32xbf16>>
module attributes {sm.arch = "sm_86"} {
  // CHECK-LABEL: func.func @the_other_loop_keeps_its_stages
  // CHECK:       ws.channel {label = "q"} : <1 x
  // CHECK:       ws.channel {label = "a"} : <2 x
  // CHECK:       ws.channel {label = "b"} : <2 x
  func.func @the_other_loop_keeps_its_stages(%p: !ptrs, %s: !smalls, %n: i32) attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %q = ws.channel {label = "q"} : !one
    %a = ws.channel {label = "a"} : !four
    %b = ws.channel {label = "b"} : !small
    ws.role "all" warps(0, 4) {
      %lower = arith.constant 0 : i32
      %step = arith.constant 1 : i32
      ws.put %q, %p : !one, !ptrs
      %held = ws.get %q : !one
      // expected-remark @below {{takes 3 stages instead of 4}}
      scf.for %i = %lower to %n step %step : i32 {
        ws.put %a, %p : !four, !ptrs
        %x = ws.get %a : !four
        "test.use"(%x, %held) : (tensor<128x128xbf16>, tensor<128x128xbf16>) -> ()
        ws.release %a : !four
      }
      ws.release %q : !one
      scf.for %i = %lower to %n step %step : i32 {
        ws.put %b, %s : !small, !smalls
        %x = ws.get %b : !small
        "test.use"(%x) : (tensor<32x32xbf16>) -> ()
        ws.release %b : !small
      }
    }
    return
  }
}

// -----

// A recipe's number of stages is as it says; ws-verify-schedule refuses it.
!ptrs = tensor<128x128x!tile.ptr<bf16>>
!four = !ws.channel<4 x tensor<128x128xbf16>>
module attributes {sm.arch = "sm_86"} {
  // CHECK-LABEL: func.func @stages_of_a_recipe
  // CHECK:       ws.channel {label = "a"} : <3 x
  func.func @stages_of_a_recipe(%p: !ptrs, %n: i32)
      attributes {tile.kernel, tile.num_warps = 4 : i32, tile.provenance = {num_stages = "recipe"}} {
    %a = ws.channel {label = "a"} : !four
    ws.role "all" warps(0, 4) {
      %lower = arith.constant 0 : i32
      %step = arith.constant 1 : i32
      scf.for %i = %lower to %n step %step : i32 {
        ws.put %a, %p : !four, !ptrs
        %x = ws.get %a : !four
        "test.use"(%x) : (tensor<128x128xbf16>) -> ()
        ws.release %a : !four
      }
    }
    return
  }
}

// -----

// Bulk copies are never late; slots have mbarriers.
!view = !tile.view<?x128xbf16>
!eight = !ws.channel<8 x tensor<128x128xbf16>>
module attributes {sm.arch = "sm_90a"} {
  // CHECK-LABEL: func.func @bulk_copies
  // CHECK:       ws.channel {label = "a"} : <7 x
  // CHECK:       ws.put_view
  func.func @bulk_copies(%v: !view, %n: i32, %row: i64) attributes {tile.kernel, tile.num_warps = 4 : i32} {
    %a = ws.channel {label = "a"} : !eight
    ws.role "all" warps(0, 4) {
      %lower = arith.constant 0 : i32
      %step = arith.constant 1 : i32
      scf.for %i = %lower to %n step %step : i32 {
        // expected-remark @below {{takes 7 stages instead of 8}}
        ws.put_view %a, %v[%row, %row] : !eight, !view
        %x = ws.get %a : !eight
        "test.use"(%x) : (tensor<128x128xbf16>) -> ()
        ws.release %a : !eight
      }
    }
    return
  }
}
