// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(convert-ws-to-sm),canonicalize)' | FileCheck %s

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
// CHECK:         sm.mbarrier_wait %[[EMPTY]][%[[S]]] parity %[[BEFORE]] elected
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

// -----

#kv = #sm.layout<[1, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!queries = !ws.channel<1 x tensor<64x192xbf16, #kv>>
!keys = !ws.channel<2 x tensor<64x192xbf16, #kv>>
!rows = !tile.view<?x192xbf16>
!pages = !tile.view<?x?x192xbf16>

// Attention. One tile of queries stays through a loop over keys and is released behind it. The tile of keys is read
// transposed and in part, in the same bytes; the probabilities are a computed left operand; two warpgroups share the
// columns. Only where there are rows to hide does the role zero them, before any product reads the tile. The keys' view has
// a dimension more than their tile: the box has extent 1 along it, and a page is a coordinate.
// CHECK-LABEL: func.func @attention
// CHECK-SAME:  %[[Q:[^:]*]]: !sm.tensor_map, %[[KV:[^:]*]]: !sm.tensor_map)
// CHECK-SAME:  {box = array<i32: 64, 64>, extents = [192, "rows"], name = "q_map0", pointer = "q", strides = ["q.stride0"], swizzle = 128 : i32, type = "bf16"}
// CHECK-SAME:  {box = array<i32: 64, 64, 1>, extents = [192, "page", "pages"], name = "kv_map1", pointer = "kv", strides = ["kv.stride1", "kv.stride0"], swizzle = 128 : i32, type = "bf16"}
// CHECK-DAG:   %[[QUERIES:.*]] = sm.alloc {label = "q"} : <1 x tensor<64x192xbf16,
// CHECK-DAG:   %[[KEYS:.*]] = sm.alloc {label = "kv"} : <2 x tensor<64x192xbf16,
// CHECK-DAG:   %[[QFULL:.*]] = sm.mbarrier_alloc {arrivals = 1 : i32, label = "q.full"} : <1>
// CHECK-DAG:   %[[QEMPTY:.*]] = sm.mbarrier_alloc {arrivals = 8 : i32, label = "q.empty"} : <1>
// CHECK-DAG:   %[[FULL:.*]] = sm.mbarrier_alloc {arrivals = 1 : i32, label = "kv.full"} : <2>
// CHECK-DAG:   %[[EMPTY:.*]] = sm.mbarrier_alloc {arrivals = 8 : i32, label = "kv.empty"} : <2>
// CHECK:       sm.warps first(0) count(8) registers(216)
// CHECK-DAG:     %[[ROWS:.*]] = arith.constant 64 : i64
// CHECK-DAG:     %[[NONE:.*]] = arith.constant 0 : i64
// CHECK:         sm.mbarrier_wait %[[QFULL]]
// CHECK-NEXT:    %[[QT:.*]] = sm.slot %[[QUERIES]]
// CHECK-NEXT:    %[[SUM:.*]] = scf.for
// CHECK-NEXT:      sm.mbarrier_wait %[[FULL]]
// CHECK-NEXT:      %[[T:.*]] = sm.slot %[[KEYS]]
// CHECK-NEXT:      %[[HIDES:.*]] = arith.cmpi slt, %[[VALID:.*]], %[[ROWS]] : i64
// CHECK-NEXT:      scf.if %[[HIDES]] {
// CHECK-NEXT:        %[[CLAMPED:.*]] = arith.maxsi %[[VALID]], %[[NONE]] : i64
// CHECK-NEXT:        %[[FIRST:.*]] = arith.trunci %[[CLAMPED]] : i64 to i32
// CHECK-NEXT:        sm.zero_rows %[[T]] from %[[FIRST]]
// CHECK-NEXT:        sm.fence_proxy_async
// CHECK-NEXT:        sm.barrier
// CHECK-NEXT:      }
// CHECK-NEXT:      %[[K:.*]] = sm.trans %[[T]] : <1 x tensor<64x192xbf16, #{{.*}}>> -> <1 x tensor<192x64xbf16,
// CHECK-NEXT:      %[[S:.*]] = sm.wgmma %[[QT]], %[[K]], %{{.*}} warps [4, 2] :
// CHECK-NEXT:      %[[DONE:.*]] = sm.wgmma_wait 0 for %[[S]]
// CHECK-NEXT:      %[[P:.*]] = arith.truncf %[[DONE]]
// CHECK-NEXT:      %[[V:.*]] = sm.subslot %[[T]][0, 0] : <1 x tensor<64x192xbf16, #{{.*}}>> -> <1 x tensor<64x128xbf16,
// CHECK-NEXT:      %[[O:.*]] = sm.wgmma %[[P]], %[[V]], %{{.*}} warps [4, 2] : tensor<64x64xbf16>,
// CHECK-NEXT:      %[[NEXT:.*]] = sm.wgmma_wait 0 for %[[O]]
// CHECK-NEXT:      sm.mbarrier_arrive %[[EMPTY]]{{.*}} by warp
// CHECK-NEXT:      scf.yield %[[NEXT]]
// CHECK:         sm.mbarrier_arrive %[[QEMPTY]]{{.*}} by warp
// CHECK:       sm.warps first(8) count(4) registers(40)
// CHECK:         sm.mbarrier_expect_tx %[[QFULL]][%{{.*}}], 24576
// CHECK:         sm.tma_load %[[Q]][%{{.*}}, %{{.*}}] to %{{.*}} barrier %[[QFULL]]
// CHECK:         scf.for
// CHECK:           sm.mbarrier_wait %[[EMPTY]]
// CHECK:           sm.tma_load %[[KV]][%{{.*}}, %{{.*}}, %{{.*}}] to %{{.*}} barrier %[[FULL]]
func.func @attention(%q: !tile.ptr<bf16>, %kv: !tile.ptr<bf16>, %rows: i64, %pages: i64, %page: i64, %sq: i64, %s0: i64, %s1: i64,
    %n: i32, %slot: i32, %parity: i32, %valid: i64, %out: !tile.ptr<f32>)
    attributes {tile.kernel, tile.num_warps = 12 : i32, tile.arguments = [{name = "q"}, {name = "kv"}, {name = "rows"}, {name = "pages"},
      {name = "page"}, {name = "q.stride0"}, {name = "kv.stride0"}, {name = "kv.stride1"}]} {
  %cq = ws.channel {label = "q"} : !queries
  %ck = ws.channel {label = "kv"} : !keys
  ws.role "compute" warps(0, 8) registers(216) {
    %zero = arith.constant dense<0.0> : tensor<64x64xf32>
    %start = arith.constant dense<0.0> : tensor<64x128xf32>
    %qt = ws.get %cq[%slot] parity %parity : !queries
    %sum = scf.for %i = %slot to %n step %n iter_args(%acc = %start) -> (tensor<64x128xf32>) : i32 {
      %t = ws.get %ck[%slot] parity %parity valid %valid : !keys
      %k = tile.trans %t : tensor<64x192xbf16> -> tensor<192x64xbf16>
      %s = tile.dot %qt, %k, %zero : tensor<64x192xbf16>, tensor<192x64xbf16>, tensor<64x64xf32>
      %p = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
      %v = tile.slice %t [0, 0] : tensor<64x192xbf16> -> tensor<64x128xbf16>
      %o = tile.dot %p, %v, %acc : tensor<64x64xbf16>, tensor<64x128xbf16>, tensor<64x128xf32>
      ws.release %ck[%slot] : !keys
      scf.yield %o : tensor<64x128xf32>
    }
    ws.release %cq[%slot] : !queries
    %o = tile.splat %out : !tile.ptr<f32> -> tensor<64x128x!tile.ptr<f32>>
    tile.store %o, %sum : tensor<64x128x!tile.ptr<f32>>
  }
  ws.role "copy" warps(8, 4) registers(40) {
    %vq = tile.view %q, shape [%rows] strides [%sq] : !rows
    %vk = tile.view %kv, shape [%pages, %page] strides [%s0, %s1] : !pages
    ws.put_view %cq[%slot] parity %parity, %vq[%rows, %valid] : !queries, !rows
    scf.for %i = %slot to %n step %n : i32 {
      ws.put_view %ck[%slot] parity %parity, %vk[%pages, %page, %valid] : !keys, !pages
    }
  }
  return
}

// -----

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<2 x tensor<64x64xbf16, #a>>

// Transpositions and parts of what threads hold stay what they are.
// CHECK-LABEL: func.func @parts_of_a_computed_tile
// CHECK:         %[[P:.*]] = tile.trans
// CHECK-NEXT:    %[[L:.*]] = tile.slice %[[P]] [0, 64]
// CHECK-NOT:     sm.trans
// CHECK-NOT:     sm.subslot
// CHECK:         sm.wgmma %[[L]], %{{.*}}, %{{.*}} warps [4, 1] : tensor<64x64xbf16>,
func.func @parts_of_a_computed_tile(%p: !tile.ptr<bf16>, %m: i64, %s: i64, %slot: i32, %parity: i32, %x: bf16, %out: !tile.ptr<f32>)
    attributes {tile.kernel, tile.num_warps = 8 : i32, tile.arguments = [{name = "a"}, {name = "M"}, {name = "a.stride0"}]} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 4) {
    %acc = arith.constant dense<0.0> : tensor<64x64xf32>
    %r = tile.splat %x : bf16 -> tensor<128x64xbf16>
    %q = tile.trans %r : tensor<128x64xbf16> -> tensor<64x128xbf16>
    %l = tile.slice %q [0, 64] : tensor<64x128xbf16> -> tensor<64x64xbf16>
    %t = ws.get %c[%slot] parity %parity : !channel
    %d = tile.dot %l, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    ws.release %c[%slot] : !channel
    %o = tile.splat %out : !tile.ptr<f32> -> tensor<64x64x!tile.ptr<f32>>
    tile.store %o, %d : tensor<64x64x!tile.ptr<f32>>
  }
  ws.role "copy" warps(4, 4) registers(40) {
    %v = tile.view %p, shape [%m, %m] strides [%s] : !tile.view<?x?xbf16>
    ws.put_view %c[%slot] parity %parity, %v[%m, %m] : !channel, !tile.view<?x?xbf16>
  }
  return
}
