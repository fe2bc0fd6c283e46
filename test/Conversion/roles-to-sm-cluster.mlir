// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(convert-ws-to-sm),canonicalize)' | FileCheck %s

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<2 x tensor<64x64xbf16, #a>>
!view = !tile.view<?x?xbf16>

// A shared tile's slot is free when the warps of all CTAs have released it, in every CTA, since any of them writes to it; its
// bytes all arrive here, whoever sends them. A tile that is not shared stays a matter of its CTA. The order of the roles does
// not matter. CTAs begin when all have barriers, and end when nobody arrives at them any more.
// CHECK-LABEL: func.func @shared_and_own_tiles
// CHECK:       %[[OWN:[0-9]+]] = sm.mbarrier_alloc {arrivals = 1 : i32, label = "own.full"}
// CHECK:       %[[OWNEMPTY:.*]] = sm.mbarrier_alloc {arrivals = 4 : i32, label = "own.empty"}
// CHECK:       %[[FULL:.*]] = sm.mbarrier_alloc {arrivals = 1 : i32, label = "shared.full"}
// CHECK:       %[[EMPTY:.*]] = sm.mbarrier_alloc {arrivals = 16 : i32, label = "shared.empty"}
// CHECK:       sm.mbarrier_init
// CHECK-NEXT:  sm.cluster_barrier
// CHECK-NOT:   sm.barrier
// CHECK-NOT:   sm.cluster_barrier
// CHECK:       sm.warps first(4) count(4) registers(40)
// CHECK:         sm.mbarrier_wait %[[OWNEMPTY]]
// CHECK:         sm.mbarrier_expect_tx %[[OWN]][%{{.*}}], 8192
// CHECK:         sm.tma_load {{.*}} barrier %[[OWN]][%{{[^ ]*}}] :
// CHECK:         sm.mbarrier_wait %[[EMPTY]]
// CHECK:         sm.mbarrier_expect_tx %[[FULL]][%{{.*}}], 8192
// CHECK:         sm.tma_load {{.*}} barrier %[[FULL]][%{{[^ ]*}}] multicast :
// CHECK:       sm.warps first(0) count(4) registers(240)
// CHECK:         sm.wgmma_wait 0
// CHECK:         sm.mbarrier_arrive %[[OWNEMPTY]][%{{[^ ]*}}] by {{ ?}}warp :
// CHECK:         sm.mbarrier_arrive %[[EMPTY]][%{{[^ ]*}}] by {{ ?}}warp cluster :
// CHECK:       }
// CHECK-NEXT:  sm.cluster_barrier
// CHECK-NEXT:  return
func.func @shared_and_own_tiles(%p: !tile.ptr<bf16>, %m: i64, %k: i64, %s: i64, %slot: i32, %parity: i32, %out: !tile.ptr<f32>)
    attributes {tile.kernel, tile.cluster = 4 : i32, tile.num_warps = 8 : i32,
                tile.arguments = [{name = "a"}, {name = "M"}, {name = "K"}, {name = "a.stride0"}]} {
  %own = ws.channel {label = "own"} : !channel
  %shared = ws.channel {label = "shared"} : !channel
  ws.role "copy" warps(4, 4) registers(40) {
    %v = tile.view %p, shape [%m, %k] strides [%s] : !view
    ws.put_view %own[%slot] parity %parity, %v[%m, %k] : !channel, !view
    ws.put_view %shared[%slot] parity %parity, %v[%m, %k] multicast : !channel, !view
  }
  ws.role "compute" warps(0, 4) registers(240) {
    %acc = arith.constant dense<0.0> : tensor<64x64xf32>
    %x = ws.get %own[%slot] parity %parity : !channel
    %y = ws.get %shared[%slot] parity %parity : !channel
    %d = tile.dot %x, %y, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    ws.release %own[%slot] : !channel
    ws.release %shared[%slot] : !channel
    %o = tile.splat %out : !tile.ptr<f32> -> tensor<64x64x!tile.ptr<f32>>
    tile.store %o, %d : tensor<64x64x!tile.ptr<f32>>
  }
  return
}

// -----

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<1 x tensor<64x64xbf16, #a>>
!view = !tile.view<?x?xbf16>

// Two roles take each shared tile: the warps of both, in both CTAs. What crosses between roles does so in one CTA.
// CHECK-LABEL: func.func @two_computing_roles
// CHECK:       sm.mbarrier_alloc {arrivals = 1 : i32, label = "kv.full"}
// CHECK:       sm.mbarrier_alloc {arrivals = 24 : i32, label = "kv.empty"}
// CHECK:       sm.mbarrier_alloc {arrivals = 4 : i32, label = "p.full"}
// CHECK:       %[[EMPTY:.*]] = sm.mbarrier_alloc {arrivals = 8 : i32, label = "p.empty"}
// CHECK:       sm.cluster_barrier
// CHECK-COUNT-2: sm.mbarrier_arrive {{.*}} cluster :
// CHECK:       sm.mbarrier_arrive %[[EMPTY]][%{{[^ ]*}}] by {{ ?}}warp :
// CHECK:       sm.cluster_barrier
func.func @two_computing_roles(%p: !tile.ptr<bf16>, %m: i64, %s: i64, %slot: i32, %parity: i32, %x: bf16, %acc: tensor<64x64xf32>,
    %out: tensor<64x64x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.cluster = 2 : i32, tile.num_warps = 16 : i32,
                tile.arguments = [{name = "a"}, {name = "M"}, {name = "a.stride0"}]} {
  %c = ws.channel {label = "kv"} : !channel
  %cp = ws.channel {label = "p"} : !channel
  ws.role "left" warps(0, 4) {
    %t = ws.get %c[%slot] parity %parity : !channel
    ws.release %c[%slot] : !channel
    %b = tile.splat %x : bf16 -> tensor<64x64xbf16>
    ws.put_tile %cp[%slot] parity %parity, %b : !channel, tensor<64x64xbf16>
  }
  ws.role "right" warps(4, 8) {
    %t = ws.get %c[%slot] parity %parity : !channel
    %b = ws.get %cp[%slot] parity %parity : !channel
    %k = tile.trans %t : tensor<64x64xbf16> -> tensor<64x64xbf16>
    %d = tile.dot %b, %k, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    ws.release %c[%slot] : !channel
    ws.release %cp[%slot] : !channel
    tile.store %out, %d : tensor<64x64x!tile.ptr<f32>>
  }
  ws.role "copy" warps(12, 4) {
    %v = tile.view %p, shape [%m, %m] strides [%s] : !view
    ws.put_view %c[%slot] parity %parity, %v[%m, %m] multicast : !channel, !view
  }
  return
}
