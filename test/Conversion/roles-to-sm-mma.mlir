// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(convert-ws-to-sm),canonicalize)' | FileCheck %s

// Where bulk copies exist but no wgmma, the computing role multiplies with mma.sync from the same slots.
#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<2 x tensor<64x64xbf16, #a>>
!view = !tile.view<?x?xbf16>
module attributes {sm.arch = "sm_120a"} {
  // CHECK-LABEL: func.func @matmul
  // CHECK:       sm.warps first(0) count(4)
  // CHECK:         sm.mbarrier_wait %[[FULL:.*]][%[[S:.*]]] parity
  // CHECK:         %[[T:.*]] = sm.slot %{{.*}}[%[[S]]]
  // CHECK:         sm.mma %[[T]], %[[T]]
  // CHECK-NOT:     wgmma
  // CHECK:         sm.mbarrier_arrive %{{.*}}[%[[S]]] by warp
  // CHECK:         sm.tma_load
  func.func @matmul(%p: !tile.ptr<bf16>, %m: i64, %k: i64, %s: i64, %slot: i32, %parity: i32, %out: !tile.ptr<f32>)
      attributes {tile.kernel, tile.num_warps = 8 : i32, tile.arguments = [{name = "a"}, {name = "M"}, {name = "K"}, {name = "a.stride0"}]} {
    %c = ws.channel {label = "a"} : !channel
    ws.role "compute" warps(0, 4) {
      %acc = arith.constant dense<0.0> : tensor<64x64xf32>
      %t = ws.get %c[%slot] parity %parity : !channel
      %d = tile.dot %t, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
      ws.release %c[%slot] : !channel
      %o = tile.splat %out : !tile.ptr<f32> -> tensor<64x64x!tile.ptr<f32>>
      tile.store %o, %d : tensor<64x64x!tile.ptr<f32>>
    }
    ws.role "copy" warps(4, 4) {
      %v = tile.view %p, shape [%m, %k] strides [%s] : !view
      ws.put_view %c[%slot] parity %parity, %v[%m, %k] : !channel, !view
    }
    return
  }
}

// -----

// The same for an arch that is taken not to have it.
#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<2 x tensor<64x64xbf16, #a>>
!view = !tile.view<?x?xbf16>
module attributes {sm.arch = "sm_90a", sm.without = ["wgmma"]} {
  // CHECK-LABEL: func.func @matmul
  // CHECK:       sm.warps first(0) count(4)
  // CHECK:         sm.mbarrier_wait %[[FULL:.*]][%[[S:.*]]] parity
  // CHECK:         %[[T:.*]] = sm.slot %{{.*}}[%[[S]]]
  // CHECK:         sm.mma %[[T]], %[[T]]
  // CHECK-NOT:     wgmma
  // CHECK:         sm.mbarrier_arrive %{{.*}}[%[[S]]] by warp
  // CHECK:         sm.tma_load
  func.func @matmul(%p: !tile.ptr<bf16>, %m: i64, %k: i64, %s: i64, %slot: i32, %parity: i32, %out: !tile.ptr<f32>)
      attributes {tile.kernel, tile.num_warps = 8 : i32, tile.arguments = [{name = "a"}, {name = "M"}, {name = "K"}, {name = "a.stride0"}]} {
    %c = ws.channel {label = "a"} : !channel
    ws.role "compute" warps(0, 4) {
      %acc = arith.constant dense<0.0> : tensor<64x64xf32>
      %t = ws.get %c[%slot] parity %parity : !channel
      %d = tile.dot %t, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
      ws.release %c[%slot] : !channel
      %o = tile.splat %out : !tile.ptr<f32> -> tensor<64x64x!tile.ptr<f32>>
      tile.store %o, %d : tensor<64x64x!tile.ptr<f32>>
    }
    ws.role "copy" warps(4, 4) {
      %v = tile.view %p, shape [%m, %k] strides [%s] : !view
      ws.put_view %c[%slot] parity %parity, %v[%m, %k] : !channel, !view
    }
    return
  }
}

// -----

// wgmma takes 64 rows or none: products with fewer are mma.sync's where the target has both.
#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0]]}, [32, 64]>
!channel = !ws.channel<2 x tensor<32x64xbf16, #a>>
!view = !tile.view<?x?xbf16>
module attributes {sm.arch = "sm_90a"} {
  // CHECK-LABEL: func.func @fewer_rows_than_a_warpgroup
  // CHECK-NOT:     wgmma
  // CHECK:         sm.mma %{{.*}} warps [2, 2]
  // CHECK-NOT:     wgmma
  // CHECK:         sm.tma_load
  func.func @fewer_rows_than_a_warpgroup(%p: !tile.ptr<bf16>, %m: i64, %k: i64, %s: i64, %slot: i32, %parity: i32, %out: !tile.ptr<f32>)
      attributes {tile.kernel, tile.num_warps = 8 : i32, tile.arguments = [{name = "a"}, {name = "M"}, {name = "K"}, {name = "a.stride0"}]} {
    %c = ws.channel {label = "a"} : !channel
    ws.role "compute" warps(0, 4) {
      %acc = arith.constant dense<0.0> : tensor<32x32xf32>
      %t = ws.get %c[%slot] parity %parity : !channel
      %u = tile.trans %t : tensor<32x64xbf16> -> tensor<64x32xbf16>
      %d = tile.dot %t, %u, %acc : tensor<32x64xbf16>, tensor<64x32xbf16>, tensor<32x32xf32>
      ws.release %c[%slot] : !channel
      %o = tile.splat %out : !tile.ptr<f32> -> tensor<32x32x!tile.ptr<f32>>
      tile.store %o, %d : tensor<32x32x!tile.ptr<f32>>
    }
    ws.role "copy" warps(4, 4) {
      %v = tile.view %p, shape [%m, %k] strides [%s] : !view
      ws.put_view %c[%slot] parity %parity, %v[%m, %k] : !channel, !view
    }
    return
  }
}
