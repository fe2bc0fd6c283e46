// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

// The kernel is launched in clusters along x. All threads of all CTAs meet, and memory is not moved across.
// CHECK-LABEL: llvm.func @cluster_of_four
// CHECK-SAME:  nvvm.cluster_dim = array<i32: 4, 1, 1>
// CHECK-SAME:  tile.cluster = 4 : i32
// CHECK:         llvm.inline_asm has_side_effects "barrier.cluster.arrive.release.aligned; barrier.cluster.wait.acquire.aligned;", "~{memory}" : () -> ()
func.func @cluster_of_four() attributes {tile.kernel, tile.num_warps = 4 : i32, tile.cluster = 4 : i32} {
  sm.cluster_barrier
  return
}
// CHECK-LABEL: llvm.func @cluster_of_one
// CHECK-NOT:   nvvm.cluster_dim
func.func @cluster_of_one() attributes {tile.kernel, tile.num_warps = 4 : i32, tile.cluster = 1 : i32} {
  return
}

// -----

// One thread of a warp arrives at the same barrier of both CTAs; without `cluster`, at its own.
// CHECK-LABEL: llvm.func @arrives_in_every_cta
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : i32
// CHECK-DAG:     %[[ELECTED:.*]] = nvvm.elect.sync
// CHECK:         %[[ADDRESS:.*]] = llvm.ptrtoint
// CHECK:         nvvm.bar.warp.sync
// CHECK-NEXT:    %[[IN0:.*]] = llvm.inline_asm has_side_effects "mapa.shared::cluster.u32 $0, $1, $2;", "=r,r,r" %[[ADDRESS]], %[[C0]] : (i32, i32) -> i32
// CHECK-NEXT:    llvm.inline_asm has_side_effects "@$1 mbarrier.arrive.release.cluster.shared::cluster.b64 _, [$0];", "r,b,~{memory}" %[[IN0]], %[[ELECTED]] :
// CHECK-NEXT:    %[[IN1:.*]] = llvm.inline_asm has_side_effects "mapa.shared::cluster.u32 $0, $1, $2;", "=r,r,r" %[[ADDRESS]], %[[C1]] : (i32, i32) -> i32
// CHECK-NEXT:    llvm.inline_asm has_side_effects "@$1 mbarrier.arrive.release.cluster.shared::cluster.b64 _, [$0];", "r,b,~{memory}" %[[IN1]], %[[ELECTED]] :
// CHECK-NOT:     mapa
// CHECK:         mbarrier.arrive.release.cta.shared::cta.b64
// CHECK:         llvm.return
func.func @arrives_in_every_cta(%i: i32) attributes {tile.kernel, tile.num_warps = 4 : i32, tile.cluster = 2 : i32} {
  %b = sm.mbarrier_alloc {label = "b", arrivals = 8 : i32, offset = 0 : i64} : !sm.mbarrier<3>
  sm.mbarrier_arrive %b[%i] by warp cluster : !sm.mbarrier<3>
  sm.mbarrier_arrive %b[%i] by warp : !sm.mbarrier<3>
  return
}

// -----

#three = #sm.layout<[1, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>

// Three boxes: CTA 0 sends the first and the third one to both, CTA 1 the second one. Each has the slot and the barrier at the
// same place, to which the bytes come. What is not shared every CTA copies for itself.
// CHECK-LABEL: llvm.func @copies_in_turns
// CHECK-SAME:  %[[MAP:[^:]*]]: !llvm.ptr
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : i32
// CHECK-DAG:     %[[BOTH:.*]] = arith.constant 3 : i16
// CHECK-DAG:     %[[ELECTED:.*]] = nvvm.elect.sync
// CHECK:         %[[RANK:.*]] = llvm.inline_asm has_side_effects "mov.u32 $0, %cluster_ctarank;", "=r" : () -> i32
// CHECK-NEXT:    %[[IS0:.*]] = arith.cmpi eq, %[[RANK]], %[[C0]] : i32
// CHECK-NEXT:    %[[BY0:.*]] = arith.andi %[[IS0]], %[[ELECTED]] : i1
// CHECK-NEXT:    %[[IS1:.*]] = arith.cmpi eq, %[[RANK]], %[[C1]] : i32
// CHECK-NEXT:    %[[BY1:.*]] = arith.andi %[[IS1]], %[[ELECTED]] : i1
// CHECK-NEXT:    llvm.inline_asm has_side_effects "@$6 cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::cluster [$0], [$1, {$3, $4}], [$2], $5;", "r,l,r,r,r,h,b,~{memory}" %[[TO:.*]], %[[MAP]], %[[BARRIER:[^,]*]], %{{.*}}, %[[X:.*]], %[[BOTH]], %[[BY0]] :
// CHECK:         arith.addi %[[TO]]
// CHECK:         .multicast::cluster {{.*}}, %[[MAP]], %[[BARRIER]], %{{.*}}, %[[BY1]] :
// CHECK:         .multicast::cluster {{.*}}, %[[MAP]], %[[BARRIER]], %{{.*}}, %[[BY0]] :
// CHECK-NOT:     multicast
// CHECK-COUNT-3: complete_tx::bytes [$0], [$1, {$3, $4}], [$2];", "r,l,r,r,r,b,~{memory}" {{.*}}, %[[ELECTED]] :
// CHECK-NOT:     cp.async.bulk
// CHECK:         llvm.return
func.func @copies_in_turns(%x: i32, %map: !sm.tensor_map) attributes {tile.kernel, tile.num_warps = 1 : i32, tile.cluster = 2 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<64x192xbf16, #three>>
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32, offset = 24576 : i64} : !sm.mbarrier<1>
  sm.tma_load %map[%x, %x] to %a barrier %b[%x] multicast : !sm.buffer<1 x tensor<64x192xbf16, #three>>, !sm.mbarrier<1>
  sm.tma_load %map[%x, %x] to %a barrier %b[%x] : !sm.buffer<1 x tensor<64x192xbf16, #three>>, !sm.mbarrier<1>
  return
}

// -----

#one = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>

// One box for eight CTAs: the first one sends it to all. The policy comes behind the CTAs.
// CHECK-LABEL: llvm.func @fewer_boxes_than_ctas
// CHECK-DAG:     %[[ALL:.*]] = arith.constant 255 : i16
// CHECK-DAG:     %[[POLICY:.*]] = arith.constant 1364590687093260288 : i64
// CHECK-COUNT-8: arith.cmpi eq
// CHECK:         .multicast::cluster.L2::cache_hint [$0], [$1, {$3, $4}], [$2], $5, $6;", "r,l,r,r,r,h,l,b,~{memory}" {{.*}}, %[[ALL]], %[[POLICY]],
// CHECK-NOT:     cp.async.bulk
// CHECK:         llvm.return
func.func @fewer_boxes_than_ctas(%x: i32, %map: !sm.tensor_map) attributes {tile.kernel, tile.num_warps = 1 : i32, tile.cluster = 8 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<64x64xbf16, #one>>
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32, offset = 8192 : i64} : !sm.mbarrier<1>
  sm.tma_load %map[%x, %x] to %a barrier %b[%x] multicast {l2_hint = #sm.l2_hint<evict_first>} : !sm.buffer<1 x tensor<64x64xbf16, #one>>, !sm.mbarrier<1>
  return
}

// -----

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [1, 0], [2, 8], [4, 16], [8, 0], [16, 0], [32, 0]]}, [64, 32]>
#b = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [1, 0], [2, 0], [4, 0], [8, 0], [16, 0]]}, [32, 8]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [64, 8]>

// The upper bits of an address in a cluster are no part of a matrix descriptor: those of both operands are cut off.
// CHECK-LABEL: llvm.func @descriptors_without_the_cta
// CHECK:         %[[LOW:.*]] = arith.constant 262143 : i32
// CHECK:         %[[A:.*]] = llvm.ptrtoint
// CHECK:         %[[IN:.*]] = arith.andi %[[A]], %[[LOW]] : i32
// CHECK:         %[[UNITS:.*]] = arith.shrui %[[IN]], %{{.*}} : i32
// CHECK:         arith.extui %[[UNITS]] : i32 to i64
// CHECK:         %[[B:.*]] = llvm.ptrtoint
// CHECK:         %[[INB:.*]] = arith.andi %[[B]], %[[LOW]] : i32
// CHECK:         arith.shrui %[[INB]]
// CHECK:         wgmma.mma_async
// CHECK-LABEL: llvm.func @descriptors_without_a_cluster
// CHECK-NOT:     262143
// CHECK:         llvm.return
func.func @descriptors_without_the_cta() attributes {tile.kernel, tile.num_warps = 4 : i32, tile.cluster = 2 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<64x32xbf16, #a>>
  %b = sm.alloc {label = "b", offset = 4096 : i64} : !sm.buffer<1 x tensor<32x8xbf16, #b>>
  %zero = arith.constant dense<0.0> : tensor<64x8xf32, #acc>
  %d = sm.wgmma %a, %b, %zero warps [4, 1] : !sm.buffer<1 x tensor<64x32xbf16, #a>>, !sm.buffer<1 x tensor<32x8xbf16, #b>>, tensor<64x8xf32, #acc>
  %r = sm.wgmma_wait 0 for %d : tensor<64x8xf32, #acc>
  return
}
func.func @descriptors_without_a_cluster() attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<64x32xbf16, #a>>
  %b = sm.alloc {label = "b", offset = 4096 : i64} : !sm.buffer<1 x tensor<32x8xbf16, #b>>
  %zero = arith.constant dense<0.0> : tensor<64x8xf32, #acc>
  %d = sm.wgmma %a, %b, %zero warps [4, 1] : !sm.buffer<1 x tensor<64x32xbf16, #a>>, !sm.buffer<1 x tensor<32x8xbf16, #b>>, tensor<64x8xf32, #acc>
  %r = sm.wgmma_wait 0 for %d : tensor<64x8xf32, #acc>
  return
}
