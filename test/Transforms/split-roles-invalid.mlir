// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-split-roles))' -verify-diagnostics

!view = !tile.view<?x?xbf16>
!channel = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
// expected-error @below {{a kernel with bulk copies needs whole warpgroups: tile.num_warps must be a multiple of 4, got 2}}
func.func @half_a_warpgroup(%v: !view, %row: i64) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 2) {
    ws.put_view %c, %v[%row, %row] : !channel, !view
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!channel = !ws.channel<2 x tensor<64x64xbf16>>

module attributes {sm.arch = "sm_90a"} {
// expected-error @below {{the address of a bulk copy depends on what the kernel computes from another channel}}
func.func @coordinate_from_a_product(%v: !view, %acc: tensor<64x64xf32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !channel
  %d = ws.channel {label = "b"} : !channel
  ws.role "all" warps(0, 4) {
    %row = arith.constant 0 : i64
    ws.put_view %c, %v[%row, %row] : !channel, !view
    %t = ws.get %c : !channel
    %p = tile.dot %t, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    ws.release %c : !channel
    %s = tile.reduce max %p {axis = 0 : i32} : tensor<64x64xf32> -> tensor<64xf32>
    %m = tile.reduce max %s {axis = 0 : i32} : tensor<64xf32> -> f32
    %i = arith.fptosi %m : f32 to i64
    ws.put_view %d, %v[%i, %row] : !channel, !view
    %u = ws.get %d : !channel
    ws.release %d : !channel
  }
  return
}
}
