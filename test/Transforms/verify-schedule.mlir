// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(ws-verify-schedule))' | FileCheck %s

// Exactly at the limit of shared memory, a reader inside a nested loop, and a function that is no kernel are all fine.
module attributes {sm.arch = "sm_90a", sm.shared_limit = 1024 : i64} {
// CHECK-LABEL: func.func @fits
func.func @fits(%p: tensor<16x16x!tile.ptr<bf16>>, %n: i32) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !ws.channel<2 x tensor<16x16xbf16>>
  ws.role "all" warps(0, 4) {
    %lower = arith.constant 0 : i32
    ws.put %c, %p : !ws.channel<2 x tensor<16x16xbf16>>, tensor<16x16x!tile.ptr<bf16>>
    %t = ws.get %c : !ws.channel<2 x tensor<16x16xbf16>>
    scf.for %i = %lower to %n step %n : i32 {
      %x = arith.negf %t : tensor<16x16xbf16>
    }
    ws.release %c : !ws.channel<2 x tensor<16x16xbf16>>
  }
  return
}
// Bulk copies may put several tiles: as many at once as the channel holds, and others in other loops.
// CHECK-LABEL: func.func @several_tiles
func.func @several_tiles(%v: !tile.view<?x16xbf16>, %n: i64) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !ws.channel<2 x tensor<16x16xbf16>>
  ws.role "all" warps(0, 4) {
    %lower = arith.constant 0 : i64
    scf.for %i = %lower to %n step %n : i64 {
      ws.put_view %c, %v[%i, %lower] : !ws.channel<2 x tensor<16x16xbf16>>, !tile.view<?x16xbf16>
      %t = ws.get %c : !ws.channel<2 x tensor<16x16xbf16>>
      ws.put_view %c, %v[%i, %lower] : !ws.channel<2 x tensor<16x16xbf16>>, !tile.view<?x16xbf16>
      %u = ws.get %c : !ws.channel<2 x tensor<16x16xbf16>>
      %x = arith.negf %t : tensor<16x16xbf16>
      ws.release %c : !ws.channel<2 x tensor<16x16xbf16>>
      %y = arith.negf %u : tensor<16x16xbf16>
      ws.release %c : !ws.channel<2 x tensor<16x16xbf16>>
    }
    scf.for %i = %lower to %n step %n : i64 {
      ws.put_view %c, %v[%i, %lower] : !ws.channel<2 x tensor<16x16xbf16>>, !tile.view<?x16xbf16>
      %t = ws.get %c : !ws.channel<2 x tensor<16x16xbf16>>
      ws.release %c : !ws.channel<2 x tensor<16x16xbf16>>
    }
  }
  return
}
// CHECK-LABEL: func.func @no_kernel
func.func @no_kernel() {
  return
}
}

// -----

// Channels of two loops in a row need their bytes one after the other.
module attributes {sm.arch = "sm_86"} {
// CHECK-LABEL: func.func @two_loops
func.func @two_loops(%p: tensor<128x128x!tile.ptr<bf16>>, %n: i32) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %a = ws.channel {label = "a"} : !ws.channel<2 x tensor<128x128xbf16>>
  %b = ws.channel {label = "b"} : !ws.channel<3 x tensor<128x128xbf16>>
  ws.role "all" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put %a, %p : !ws.channel<2 x tensor<128x128xbf16>>, tensor<128x128x!tile.ptr<bf16>>
      %t = ws.get %a : !ws.channel<2 x tensor<128x128xbf16>>
      ws.release %a : !ws.channel<2 x tensor<128x128xbf16>>
    }
    scf.for %i = %c0 to %n step %c1 : i32 {
      ws.put %b, %p : !ws.channel<3 x tensor<128x128xbf16>>, tensor<128x128x!tile.ptr<bf16>>
      %t = ws.get %b : !ws.channel<3 x tensor<128x128xbf16>>
      ws.release %b : !ws.channel<3 x tensor<128x128xbf16>>
    }
  }
  return
}
}
