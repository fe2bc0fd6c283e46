// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(convert-ws-to-sm),canonicalize)' | FileCheck %s

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<2 x tensor<64x64xbf16, #a>>
!view = !tile.view<?x?xbf16>

// A channel between roles: a buffer, a full barrier that one arrival and the bytes complete, an empty barrier that every
// computing warp completes. The put waits for the parity before its own. Both operands share one map.
// CHECK-LABEL: func.func @matmul
// CHECK-SAME:  %[[MAP:[^:]*]]: !sm.tensor_map) attributes {sm.tensor_maps = [{box = array<i32: 64, 64>, extents = ["K", "M"], name = "a_map0", pointer = "a", strides = ["a.stride0"], swizzle = 128 : i32, type = "bf16"}]
// CHECK:       %[[BUFFER:.*]] = sm.alloc {label = "a"} : <2 x
// CHECK:       %[[FULL:.*]] = sm.mbarrier_alloc {arrivals = 1 : i32, label = "a.full"} : <2>
// CHECK:       %[[EMPTY:.*]] = sm.mbarrier_alloc {arrivals = 4 : i32, label = "a.empty"} : <2>
// CHECK:       sm.mbarrier_init %[[FULL]], %[[EMPTY]]
// CHECK-NEXT:  sm.barrier
// CHECK:       sm.warps first(0) count(4) registers(240)
// CHECK:         sm.mbarrier_wait %[[FULL]][%[[S:.*]]] parity %[[P:.*]] :
// CHECK:         %[[T:.*]] = sm.slot %[[BUFFER]][%[[S]]]
// CHECK:         %[[D:.*]] = sm.wgmma %[[T]], %[[T]], %{{.*}} warps [4, 1]
// CHECK:         sm.wgmma_wait 0 for %[[D]]
// CHECK:         sm.mbarrier_arrive %[[EMPTY]][%[[S]]] by warp
// CHECK:       sm.warps first(4) count(4) registers(40)
// CHECK:         %[[BEFORE:.*]] = arith.xori %[[P]], %{{.*}} : i32
// CHECK:         sm.mbarrier_wait %[[EMPTY]][%[[S]]] parity %[[BEFORE]]
// CHECK:         sm.mbarrier_expect_tx %[[FULL]][%[[S]]], 8192
// CHECK:         %[[X:.*]] = arith.trunci %{{.*}} : i64 to i32
// CHECK:         sm.tma_load %[[MAP]][%[[X]], %{{.*}}] to %{{.*}} barrier %[[FULL]][%[[S]]]
func.func @matmul(%p: !tile.ptr<bf16>, %m: i64, %k: i64, %s: i64, %slot: i32, %parity: i32, %out: !tile.ptr<f32>)
    attributes {tile.kernel, tile.num_warps = 8 : i32, tile.arguments = [{name = "a"}, {name = "M"}, {name = "K"}, {name = "a.stride0"}]} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 4) registers(240) {
    %acc = arith.constant dense<0.0> : tensor<64x64xf32>
    %t = ws.get %c[%slot] parity %parity : !channel
    %d = tile.dot %t, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    ws.release %c[%slot] : !channel
    %o = tile.splat %out : !tile.ptr<f32> -> tensor<64x64x!tile.ptr<f32>>
    tile.store %o, %d : tensor<64x64x!tile.ptr<f32>>
  }
  ws.role "copy" warps(4, 4) registers(40) {
    %v = tile.view %p, shape [%m, %k] strides [%s] : !view
    ws.put_view %c[%slot] parity %parity, %v[%m, %k] : !channel, !view
  }
  return
}
