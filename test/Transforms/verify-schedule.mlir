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
// CHECK-LABEL: func.func @no_kernel
func.func @no_kernel() {
  return
}
}
