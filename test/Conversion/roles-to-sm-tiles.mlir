// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(convert-ws-to-sm),canonicalize)' | FileCheck %s

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
#v = #sm.layout<[1], {offset = [[1], [2], [4], [8], [16], [32]]}, [64]>
!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<2 x tensor<64x64xbf16, #a>>
!probs = !ws.channel<1 x tensor<64x64xbf16, #a>>
!maxima = !ws.channel<1 x tensor<64xf32, #v>>
!view = !tile.view<?x?xbf16>

// Copied tiles are complete with their bytes and free when the warps of all roles that take them have said so; computed ones
// are complete when every warp that computes has written its part, and free when those of the other role have. A computed tile goes
// to registers at once, ordered by the barriers. Rows are hidden where the tile is read only; hints are found by label.
// CHECK-LABEL: func.func @computed_tiles
// CHECK-DAG:   %[[KV:.*]] = sm.alloc {label = "kv"}
// CHECK-DAG:   %[[KVFULL:.*]] = sm.mbarrier_alloc {arrivals = 1 : i32, label = "kv.full"} : <2>
// CHECK-DAG:   %[[KVEMPTY:.*]] = sm.mbarrier_alloc {arrivals = 12 : i32, label = "kv.empty"} : <2>
// CHECK-DAG:   %[[P:.*]] = sm.alloc {label = "p"}
// CHECK-DAG:   %[[PFULL:.*]] = sm.mbarrier_alloc {arrivals = 4 : i32, label = "p.full"} : <1>
// CHECK-DAG:   %[[PEMPTY:.*]] = sm.mbarrier_alloc {arrivals = 8 : i32, label = "p.empty"} : <1>
// CHECK-DAG:   %[[MAX:.*]] = sm.alloc {label = "max"}
// CHECK-DAG:   %[[MAXFULL:.*]] = sm.mbarrier_alloc {arrivals = 4 : i32, label = "max.full"} : <1>
// CHECK-DAG:   %[[MAXEMPTY:.*]] = sm.mbarrier_alloc {arrivals = 8 : i32, label = "max.empty"} : <1>
// CHECK:       sm.warps first(0) count(4) {
// CHECK:         scf.if
// CHECK-NEXT:      arith.maxsi
// CHECK-NEXT:      arith.trunci
// CHECK-NEXT:      sm.zero_rows
// CHECK:         %[[X:.*]] = tile.reduce
// CHECK-NEXT:    %[[BEFORE:.*]] = arith.xori %[[PARITY:.*]], %{{.*}} : i32
// CHECK-NEXT:    sm.mbarrier_wait %[[MAXEMPTY]][%[[I:.*]]] parity %[[BEFORE]]
// CHECK-NEXT:    %[[SLOT:.*]] = sm.slot %[[MAX]][%[[I]]]
// CHECK-NEXT:    sm.store_shared %[[X]] to %[[SLOT]] ordered : tensor<64xf32> to <1 x tensor<64xf32,
// CHECK-NEXT:    sm.mbarrier_arrive %[[MAXFULL]][%[[I]]] by {{ ?}}warp
// CHECK-NEXT:    %[[B:.*]] = arith.truncf
// CHECK-NEXT:    %[[BEFORE:.*]] = arith.xori %[[PARITY]]
// CHECK-NEXT:    sm.mbarrier_wait %[[PEMPTY]][%[[I]]] parity %[[BEFORE]]
// CHECK-NEXT:    %[[SLOT:.*]] = sm.slot %[[P]]
// CHECK-NEXT:    sm.store_shared %[[B]] to %[[SLOT]] ordered : tensor<64x64xbf16> to <1 x tensor<64x64xbf16,
// CHECK-NEXT:    sm.mbarrier_arrive %[[PFULL]]{{.*}} by {{ ?}}warp
// CHECK-NEXT:  }
// CHECK-NEXT:  sm.warps first(4) count(8) {
// CHECK-NEXT:    sm.mbarrier_wait %[[KVFULL]][%[[I]]] parity %[[PARITY]]
// CHECK-NEXT:    sm.mbarrier_arrive %[[KVEMPTY]]
// CHECK-NEXT:    sm.mbarrier_wait %[[MAXFULL]][%[[I]]] parity %[[PARITY]]
// CHECK-NEXT:    %[[SLOT:.*]] = sm.slot %[[MAX]][%[[I]]]
// CHECK-NEXT:    %[[M:.*]] = sm.load_shared %[[SLOT]] ordered : <1 x tensor<64xf32, #{{.*}}>> -> tensor<64xf32>
// CHECK-NEXT:    sm.mbarrier_arrive %[[MAXEMPTY]][%[[I]]] by {{ ?}}warp
// CHECK-NEXT:    tile.store %{{.*}}, %[[M]]
// CHECK-NEXT:    sm.mbarrier_wait %[[KVFULL]]
// CHECK-NEXT:    %[[T:.*]] = sm.slot %[[KV]]
// CHECK-NEXT:    %[[TT:.*]] = sm.trans %[[T]]
// CHECK-NEXT:    sm.mbarrier_wait %[[PFULL]]
// CHECK-NEXT:    %[[SLOT:.*]] = sm.slot %[[P]]
// CHECK-NEXT:    %[[A:.*]] = sm.load_shared %[[SLOT]] ordered : <1 x tensor<64x64xbf16, #{{.*}}>> -> tensor<64x64xbf16>
// CHECK-NEXT:    sm.mbarrier_arrive %[[PEMPTY]]
// CHECK-NEXT:    sm.wgmma %[[A]], %[[TT]], %{{.*}} warps [4, 2] : tensor<64x64xbf16>,
// CHECK:       sm.warps first(12) count(4) registers(40) {
// CHECK:         sm.mbarrier_wait %[[KVEMPTY]]
// CHECK:         sm.tma_load {{.*}} barrier %[[KVFULL]][%{{.*}}] {l2_hint = #sm.l2_hint<evict_first>} :
// CHECK:       return
func.func @computed_tiles(%p: !tile.ptr<bf16>, %m: i64, %s: i64, %slot: i32, %parity: i32, %valid: i64, %zero: !sums,
    %outm: tensor<64x!tile.ptr<f32>>, %out: tensor<64x64x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 16 : i32, tile.arguments = [{name = "a"}, {name = "M"}, {name = "a.stride0"}],
      tile.l2_hints = {kv = "evict_first", p = "evict_last"}} {
  %c = ws.channel {label = "kv"} : !channel
  %cp = ws.channel {label = "p"} : !probs
  %cm = ws.channel {label = "max"} : !maxima
  ws.role "left" warps(0, 4) {
    %t = ws.get %c[%slot] parity %parity valid %valid : !channel
    %d = tile.dot %t, %t, %zero {label = "qk"} : !tile, !tile, !sums
    ws.release %c[%slot] : !channel
    %x = tile.reduce max %d {axis = 1 : i32} : !sums -> tensor<64xf32>
    ws.put_tile %cm[%slot] parity %parity, %x : !maxima, tensor<64xf32>
    %b = arith.truncf %d : !sums to !tile
    ws.put_tile %cp[%slot] parity %parity, %b : !probs, !tile
  }
  ws.role "right" warps(4, 8) {
    %t = ws.get %c[%slot] parity %parity valid %valid : !channel
    ws.release %c[%slot] : !channel
    %x = ws.get %cm[%slot] parity %parity : !maxima
    ws.release %cm[%slot] : !maxima
    tile.store %outm, %x : tensor<64x!tile.ptr<f32>>
    %u = ws.get %c[%slot] parity %parity : !channel
    %w = tile.trans %u : !tile -> !tile
    %b = ws.get %cp[%slot] parity %parity : !probs
    ws.release %cp[%slot] : !probs
    %d = tile.dot %b, %w, %zero {label = "pv"} : !tile, !tile, !sums
    ws.release %c[%slot] : !channel
    tile.store %out, %d : tensor<64x64x!tile.ptr<f32>>
  }
  ws.role "copy" warps(12, 4) registers(40) {
    %v = tile.view %p, shape [%m, %m] strides [%s] : !view
    ws.put_view %c[%slot] parity %parity, %v[%m, %m] : !channel, !view
  }
  return
}

// -----

#v = #sm.layout<[1], {offset = [[1], [2], [4], [8], [16], [32]]}, [64]>
!maxima = !ws.channel<1 x tensor<64xf32, #v>>

// Two roles put in turns and a third one listens: whoever puts, the warps of one role complete the tile and those of the two
// others free it. The warps of a role that puts meet before they wait for a tile behind a put, also where a block begins (the put may
// be one of the iteration before); the role that only listens need not.
// CHECK-LABEL: func.func @in_turns
// CHECK-DAG:   %[[FULL:.*]] = sm.mbarrier_alloc {arrivals = 4 : i32, label = "max.full"}
// CHECK-DAG:   %[[EMPTY:.*]] = sm.mbarrier_alloc {arrivals = 6 : i32, label = "max.empty"}
// CHECK:       sm.warps first(0) count(4) {
// CHECK:         sm.store_shared
// CHECK-NEXT:    sm.mbarrier_arrive %[[FULL]]
// CHECK-NEXT:    sm.barrier
// CHECK-NEXT:    sm.mbarrier_wait %[[FULL]]
// CHECK:       sm.warps first(4) count(4) {
// CHECK:         sm.barrier
// CHECK-NEXT:    sm.mbarrier_wait %[[FULL]]
// CHECK-NOT:     sm.barrier
// CHECK:         sm.mbarrier_wait %[[EMPTY]]
// CHECK:         sm.mbarrier_arrive %[[FULL]]
// CHECK-NEXT:  }
// CHECK-NEXT:  sm.warps first(8) count(2) {
// CHECK-NEXT:    sm.mbarrier_wait %[[FULL]]
// CHECK-NEXT:    sm.mbarrier_arrive %[[EMPTY]]
// CHECK-NEXT:    sm.mbarrier_wait %[[FULL]]
// CHECK-NEXT:    sm.mbarrier_arrive %[[EMPTY]]
// CHECK-NEXT:  }
func.func @in_turns(%x: tensor<64xf32>, %slot: i32, %parity: i32, %out: tensor<64x!tile.ptr<f32>>) attributes {tile.kernel, tile.num_warps = 10 : i32} {
  %c = ws.channel {label = "max"} : !maxima
  ws.role "left" warps(0, 4) {
    ws.put_tile %c[%slot] parity %parity, %x : !maxima, tensor<64xf32>
    %t = ws.get %c[%slot] parity %parity : !maxima
    ws.release %c[%slot] : !maxima
    tile.store %out, %t : tensor<64x!tile.ptr<f32>>
  }
  ws.role "right" warps(4, 4) {
    %t = ws.get %c[%slot] parity %parity : !maxima
    ws.release %c[%slot] : !maxima
    ws.put_tile %c[%slot] parity %parity, %t : !maxima, tensor<64xf32>
  }
  ws.role "third" warps(8, 2) {
    %t = ws.get %c[%slot] parity %parity : !maxima
    ws.release %c[%slot] : !maxima
    %u = ws.get %c[%slot] parity %parity : !maxima
    ws.release %c[%slot] : !maxima
  }
  return
}

// -----

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<2 x tensor<64x64xbf16, #a>>
!view = !tile.view<?x?xbf16>

// Products that add up follow each other without a wait. The release of a slot waits for the products that read it and leaves
// the newer ones under way, even if only a part or the transpose of the tile is read; the release of another slot, or of the same
// slot of another channel, waits for none. A result is waited for where it is used, once.
// CHECK-LABEL: func.func @waits
// CHECK-DAG:   %[[AEMPTY:.*]] = sm.mbarrier_alloc {arrivals = 4 : i32, label = "a.empty"}
// CHECK-DAG:   %[[BEMPTY:.*]] = sm.mbarrier_alloc {arrivals = 4 : i32, label = "b.empty"}
// CHECK:       sm.warps first(0) count(4) {
// CHECK:         %[[D0:.*]] = sm.wgmma
// CHECK-NEXT:    %[[D1:.*]] = sm.wgmma %{{.*}}, %{{.*}}, %[[D0]] warps
// CHECK-NEXT:    %[[D2:.*]] = sm.wgmma
// CHECK-NEXT:    sm.mbarrier_arrive %[[AEMPTY]][%[[J:.*]]] by
// CHECK-NEXT:    sm.mbarrier_arrive %[[BEMPTY]][%[[I:.*]]] by
// CHECK-NEXT:    sm.wgmma_wait 2{{$}}
// CHECK-NEXT:    sm.mbarrier_arrive %[[AEMPTY]][%[[I]]] by
// CHECK-NEXT:    %[[W1:.*]] = sm.wgmma_wait 1 for %[[D1]] :
// CHECK-NEXT:    %[[N1:.*]] = arith.negf %[[W1]]
// CHECK-NEXT:    %[[W2:.*]] = sm.wgmma_wait 0 for %[[D2]] :
// CHECK-NEXT:    sm.mbarrier_arrive %[[BEMPTY]][%[[J]]] by
// CHECK-NEXT:    %[[S:.*]] = arith.addf %[[N1]], %[[W2]]
// CHECK-NEXT:    tile.store %{{.*}}, %[[S]]
// CHECK-NEXT:    tile.store %{{.*}}, %[[W2]]
// CHECK-NEXT:  }
func.func @waits(%p: !tile.ptr<bf16>, %m: i64, %s: i64, %i: i32, %j: i32, %parity: i32, %zero: !sums, %out: tensor<64x64x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 8 : i32, tile.arguments = [{name = "a"}, {name = "M"}, {name = "a.stride0"}]} {
  %a = ws.channel {label = "a"} : !channel
  %b = ws.channel {label = "b"} : !channel
  ws.role "compute" warps(0, 4) {
    %t = ws.get %a[%i] parity %parity : !channel
    %u = ws.get %b[%j] parity %parity : !channel
    %tt = tile.trans %t : !tile -> !tile
    %ut = tile.trans %u : !tile -> !tile
    %d0 = tile.dot %u, %tt, %zero : !tile, !tile, !sums
    %d1 = tile.dot %u, %u, %d0 : !tile, !tile, !sums
    %d2 = tile.dot %u, %ut, %zero : !tile, !tile, !sums
    ws.release %a[%j] : !channel
    ws.release %b[%i] : !channel
    ws.release %a[%i] : !channel
    %n1 = arith.negf %d1 : !sums
    ws.release %b[%j] : !channel
    %sum = arith.addf %n1, %d2 : !sums
    tile.store %out, %sum : tensor<64x64x!tile.ptr<f32>>
    tile.store %out, %d2 : tensor<64x64x!tile.ptr<f32>>
  }
  ws.role "copy" warps(4, 4) {
    %v = tile.view %p, shape [%m, %m] strides [%s] : !view
    ws.put_view %a[%i] parity %parity, %v[%m, %m] : !channel, !view
    ws.put_view %b[%j] parity %parity, %v[%m, %m] : !channel, !view
  }
  return
}

// -----

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<2 x tensor<64x64xbf16, #a>>
!view = !tile.view<?x?xbf16>

// No product outlives its block, used or not; what uses a result inside of a branch waits in front of the branch. A module without
// loops gets a branch where rows are hidden.
// CHECK-LABEL: func.func @ends_of_blocks
// CHECK:       sm.warps first(0) count(4) {
// CHECK:         scf.if
// CHECK-NEXT:      arith.maxsi
// CHECK:         scf.for
// CHECK-NEXT:      %[[D:.*]] = sm.wgmma
// CHECK-NEXT:      %[[W:.*]] = sm.wgmma_wait 0 for %[[D]] :
// CHECK-NEXT:      scf.yield %[[W]]
// CHECK:         %[[E:.*]] = sm.wgmma
// CHECK-NEXT:    %[[F:.*]] = sm.wgmma
// CHECK-NEXT:    %[[X:.*]] = sm.wgmma_wait 1 for %[[E]] :
// CHECK-NEXT:    scf.if
// CHECK-NEXT:      tile.store %{{.*}}, %[[X]]
// CHECK-NEXT:    }
// CHECK-NEXT:    sm.wgmma_wait 0 for %[[F]] :
// CHECK-NEXT:    sm.mbarrier_arrive
// CHECK-NEXT:  }
func.func @ends_of_blocks(%p: !tile.ptr<bf16>, %m: i64, %s: i64, %i: i32, %parity: i32, %if: i1, %zero: !sums, %out: tensor<64x64x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 8 : i32, tile.arguments = [{name = "a"}, {name = "M"}, {name = "a.stride0"}]} {
  %a = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 4) {
    %t = ws.get %a[%i] parity %parity valid %m : !channel
    %r = scf.for %k = %i to %parity step %i iter_args(%acc = %zero) -> (!sums) : i32 {
      %d = tile.dot %t, %t, %acc : !tile, !tile, !sums
      scf.yield %d : !sums
    }
    tile.store %out, %r : tensor<64x64x!tile.ptr<f32>>
    %e = tile.dot %t, %t, %zero : !tile, !tile, !sums
    %f = tile.dot %t, %t, %zero : !tile, !tile, !sums
    scf.if %if {
      tile.store %out, %e : tensor<64x64x!tile.ptr<f32>>
    }
    ws.release %a[%i] : !channel
  }
  ws.role "copy" warps(4, 4) {
    %v = tile.view %p, shape [%m, %m] strides [%s] : !view
    ws.put_view %a[%i] parity %parity, %v[%m, %m] : !channel, !view
  }
  return
}
