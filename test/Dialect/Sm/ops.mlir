// RUN: mla-opt %s | mla-opt | FileCheck %s
// RUN: mla-opt --mlir-print-op-generic %s | mla-opt | FileCheck %s

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 16]>
#b = #sm.layout<[1, 1], {register = [[1, 0], [8, 0], [0, 8]], lane = [[2, 0], [4, 0], [0, 1], [0, 2], [0, 4]], warp = []}, [16, 16]>
#segments = #sm.layout<[9], {register = [[1]], lane = [[2], [4], [8], [16], [32]], warp = [[0]]}, [64]>

#swizzled = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
#wgacc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [64, 64]>
#wga = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [64, 64]>
!slot = !sm.buffer<1 x tensor<64x64xbf16, #swizzled>>

// CHECK-DAG: #[[SHARED:.*]] = #sm.layout<[1, 1], {offset = {{\[}}[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
// CHECK-DAG: #[[SEGMENTS:.*]] = #sm.layout<[9], {register = {{\[}}[1]], lane = {{\[}}[2], [4], [8], [16], [32]], warp = {{\[}}[0]]}, [64]>

// CHECK-LABEL: func @segmented_tiles
// CHECK-SAME: tensor<576xf32, #[[SEGMENTS]]>
func.func @segmented_tiles(%t: tensor<576xf32, #segments>) {
  return
}

// CHECK-LABEL: func @shared_memory_with_and_without_offset
func.func @shared_memory_with_and_without_offset(%i: i32) {
  // CHECK: sm.alloc {label = "a"} : <3 x tensor<16x16xbf16, #[[SHARED]]>>
  %a = sm.alloc {label = "a"} : !sm.buffer<3 x tensor<16x16xbf16, #shared>>
  // CHECK: %[[B:.*]] = sm.alloc {label = "b", offset = 1024 : i64} : <2 x tensor<16x16xbf16, #[[SHARED]]>>
  %b = sm.alloc {label = "b", offset = 1024 : i64} : !sm.buffer<2 x tensor<16x16xbf16, #shared>>
  // CHECK: %[[S:.*]] = sm.slot %[[B]][%{{.*}}] : <2 x tensor<16x16xbf16, #[[SHARED]]>>
  %s = sm.slot %b[%i] : !sm.buffer<2 x tensor<16x16xbf16, #shared>>
  // CHECK: sm.load_shared %[[S]] : <1 x tensor<16x16xbf16, #[[SHARED]]>> -> tensor<16x16xbf16, #{{.*}}>
  %t = sm.load_shared %s : !sm.buffer<1 x tensor<16x16xbf16, #shared>> -> tensor<16x16xbf16, #acc>
  return
}

// CHECK-LABEL: func @copies_with_every_optional_part
// CHECK-SAME: (%[[P:.*]]: tensor<16x16x!tile.ptr<bf16>, #[[REGS:.*]]>, %[[M:.*]]: tensor<16x16xi1, #[[REGS]]>, %[[IF:.*]]: i1, %[[S:.*]]: !sm.buffer
func.func @copies_with_every_optional_part(%p: tensor<16x16x!tile.ptr<bf16>, #acc>, %m: tensor<16x16xi1, #acc>, %if: i1,
                                           %s: !sm.buffer<1 x tensor<16x16xbf16, #shared>>) {
  // CHECK: sm.async_copy %[[P]] to %[[S]] : tensor<16x16x!tile.ptr<bf16>, #[[REGS]]> to <1 x tensor<16x16xbf16, #[[SHARED]]>>
  sm.async_copy %p to %s : tensor<16x16x!tile.ptr<bf16>, #acc> to !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  // CHECK: sm.async_copy %[[P]] to %[[S]], mask %[[M]] : tensor
  sm.async_copy %p to %s, mask %m : tensor<16x16x!tile.ptr<bf16>, #acc> to !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  // CHECK: sm.async_copy %[[P]] to %[[S]] if %[[IF]] : tensor
  sm.async_copy %p to %s if %if : tensor<16x16x!tile.ptr<bf16>, #acc> to !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  // CHECK: sm.async_copy %[[P]] to %[[S]], mask %[[M]] if %[[IF]] {access = #tile.access<dim = 1, elems = 2>} : tensor
  sm.async_copy %p to %s, mask %m if %if {access = #tile.access<dim = 1, elems = 2>}
      : tensor<16x16x!tile.ptr<bf16>, #acc> to !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  return
}

// CHECK-LABEL: func @groups_and_barriers
// CHECK-SAME: (%[[A:.*]]: !sm.buffer<2 x {{.*}}>, %[[B:.*]]: !sm.buffer<3 x
func.func @groups_and_barriers(%a: !sm.buffer<2 x tensor<16x16xbf16, #shared>>, %b: !sm.buffer<3 x tensor<16x16xbf16, #shared>>) {
  // CHECK: sm.commit_group
  sm.commit_group
  // CHECK: sm.wait_group 0 for %[[A]], %[[B]] : !sm.buffer<2 x {{.*}}>, !sm.buffer<3 x
  sm.wait_group 0 for %a, %b : !sm.buffer<2 x tensor<16x16xbf16, #shared>>, !sm.buffer<3 x tensor<16x16xbf16, #shared>>
  // CHECK: sm.wait_group 1{{$}}
  sm.wait_group 1
  // CHECK: sm.barrier
  sm.barrier
  return
}

// CHECK-LABEL: func @conversions_change_the_layout_only
func.func @conversions_change_the_layout_only(%t: tensor<16x16xbf16, #acc>) {
  // CHECK: sm.convert_layout %{{.*}} : tensor<16x16xbf16, #{{.*}}> -> tensor<16x16xbf16, #{{.*}}>
  %r = sm.convert_layout %t : tensor<16x16xbf16, #acc> -> tensor<16x16xbf16, #b>
  // CHECK: sm.convert_layout %{{.*}} {sm.scratch_offset = 512 : i64}
  %s = sm.convert_layout %t {sm.scratch_offset = 512 : i64} : tensor<16x16xbf16, #acc> -> tensor<16x16xbf16, #b>
  return
}

// CHECK-LABEL: func @products_of_registers_and_buffers
// CHECK-SAME: (%[[A:.*]]: tensor<16x16xbf16, #{{[^>]*}}>, %[[B:.*]]: tensor<16x16xbf16, #{{[^>]*}}>, %[[S:.*]]: !sm.buffer<1 x {{.*}}>>, %[[C:.*]]: tensor<16x16xf32, #{{.*}}>, %[[D:.*]]: tensor<16x16xf32>)
func.func @products_of_registers_and_buffers(%a: tensor<16x16xbf16, #acc>, %b: tensor<16x16xbf16, #b>,
                                             %s: !sm.buffer<1 x tensor<16x16xbf16, #shared>>, %c: tensor<16x16xf32, #acc>,
                                             %d: tensor<16x16xf32>) {
  // CHECK: sm.mma %[[A]], %[[B]], %[[C]] warps [1, 1] : tensor<16x16xbf16, #{{.*}}>, tensor<16x16xbf16, #{{.*}}>, tensor<16x16xf32, #{{.*}}>
  %0 = sm.mma %a, %b, %c warps [1, 1] : tensor<16x16xbf16, #acc>, tensor<16x16xbf16, #b>, tensor<16x16xf32, #acc>
  // CHECK: sm.mma %[[S]], %[[S]], %[[C]] warps [1, 1] : !sm.buffer<1 x tensor<16x16xbf16, #[[SHARED]]>>, !sm.buffer<1 x
  %1 = sm.mma %s, %s, %c warps [1, 1]
      : !sm.buffer<1 x tensor<16x16xbf16, #shared>>, !sm.buffer<1 x tensor<16x16xbf16, #shared>>, tensor<16x16xf32, #acc>
  // Before sm-solve-layouts.
  // CHECK: sm.mma %[[S]], %[[S]], %[[D]] warps [2, 4] : {{.*}}, tensor<16x16xf32>
  %2 = sm.mma %s, %s, %d warps [2, 4]
      : !sm.buffer<1 x tensor<16x16xbf16, #shared>>, !sm.buffer<1 x tensor<16x16xbf16, #shared>>, tensor<16x16xf32>
  return
}

// CHECK-LABEL: func @products_of_every_type
func.func @products_of_every_type(%e4: tensor<16x32xf8E4M3FN>, %e5: tensor<32x16xf8E5M2>, %bytes: tensor<16x32xi8>, %tall: tensor<32x16xi8>,
                                  %f: tensor<16x16xf32>, %d: tensor<16x16xf64>, %sum: tensor<16x16xi32>) {
  // CHECK: sm.mma %{{.*}} warps [1, 1] : tensor<16x32xf8E4M3FN>, tensor<32x16xf8E5M2>, tensor<16x16xf32>
  %0 = sm.mma %e4, %e5, %f warps [1, 1] : tensor<16x32xf8E4M3FN>, tensor<32x16xf8E5M2>, tensor<16x16xf32>
  // CHECK: sm.mma %{{.*}} warps [1, 1] : tensor<16x32xi8>, tensor<32x16xi8>, tensor<16x16xi32>
  %1 = sm.mma %bytes, %tall, %sum warps [1, 1] : tensor<16x32xi8>, tensor<32x16xi8>, tensor<16x16xi32>
  // CHECK: sm.mma %{{.*}} warps [1, 1] {precision = #tile.dot_precision<tf32>} : tensor<16x16xf32>
  %2 = sm.mma %f, %f, %f warps [1, 1] {precision = #tile.dot_precision<tf32>} : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>
  // CHECK: sm.mma %{{.*}} warps [1, 1] {precision = #tile.dot_precision<tf32x3>} : tensor<16x16xf32>
  %3 = sm.mma %f, %f, %f warps [1, 1] {precision = #tile.dot_precision<tf32x3>} : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>
  // CHECK: sm.mma %{{.*}} warps [1, 1] {precision = #tile.dot_precision<ieee>} : tensor<16x16xf32>
  %4 = sm.mma %f, %f, %f warps [1, 1] {precision = #tile.dot_precision<ieee>} : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>
  // CHECK: sm.mma %{{.*}} warps [1, 1] : tensor<16x16xf64>
  %5 = sm.mma %d, %d, %d warps [1, 1] : tensor<16x16xf64>, tensor<16x16xf64>, tensor<16x16xf64>
  return
}

// CHECK-LABEL: func @stores_to_shared_memory
func.func @stores_to_shared_memory(%t: tensor<16x16xbf16, #acc>, %s: !sm.buffer<1 x tensor<16x16xbf16, #shared>>) {
  // CHECK: sm.store_shared %{{.*}} to %{{.*}} : tensor<16x16xbf16, #{{.*}}> to <1 x tensor<16x16xbf16, #[[SHARED]]>>
  sm.store_shared %t to %s : tensor<16x16xbf16, #acc> to !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  return
}

// CHECK-LABEL: func @accesses_that_mbarriers_order
// CHECK-SAME:  (%[[T:.*]]: tensor<16x16xbf16, #{{.*}}>, %[[S:.*]]: !sm.buffer
func.func @accesses_that_mbarriers_order(%t: tensor<16x16xbf16, #acc>, %s: !sm.buffer<1 x tensor<16x16xbf16, #shared>>) {
  // CHECK: sm.store_shared %[[T]] to %[[S]] ordered : tensor<16x16xbf16, #{{.*}}> to <1 x tensor<16x16xbf16, #[[SHARED]]>>
  sm.store_shared %t to %s ordered : tensor<16x16xbf16, #acc> to !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  // CHECK: sm.store_shared %[[T]] to %[[S]] ordered {note = "x"} : tensor
  sm.store_shared %t to %s ordered {note = "x"} : tensor<16x16xbf16, #acc> to !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  // CHECK: sm.load_shared %[[S]] ordered : <1 x tensor<16x16xbf16, #[[SHARED]]>> -> tensor<16x16xbf16, #{{.*}}>
  %v = sm.load_shared %s ordered : !sm.buffer<1 x tensor<16x16xbf16, #shared>> -> tensor<16x16xbf16, #acc>
  // CHECK: sm.load_shared %[[S]] ordered {note = "x"} : <
  %w = sm.load_shared %s ordered {note = "x"} : !sm.buffer<1 x tensor<16x16xbf16, #shared>> -> tensor<16x16xbf16, #acc>
  return
}

// CHECK-LABEL: func @warp_ranges
func.func @warp_ranges() {
  // CHECK: sm.warps first(0) count(4) registers(40) {
  // CHECK-NEXT: sm.barrier
  // CHECK-NEXT: }
  sm.warps first(0) count(4) registers(40) {
    sm.barrier
  }
  // CHECK: sm.warps first(4) count(8) {
  // CHECK-NEXT: } {note = "x"}
  sm.warps first(4) count(8) {
  } {note = "x"}
  return
}

// CHECK-LABEL: func @mbarriers
// CHECK-SAME: (%[[I:.*]]: i32, %[[P:.*]]: i32)
func.func @mbarriers(%i: i32, %p: i32) {
  // CHECK: %[[FULL:.*]] = sm.mbarrier_alloc {arrivals = 1 : i32, label = "full"} : <3>
  %full = sm.mbarrier_alloc {label = "full", arrivals = 1 : i32} : !sm.mbarrier<3>
  // CHECK: %[[EMPTY:.*]] = sm.mbarrier_alloc {arrivals = 8 : i32, label = "empty", offset = 64 : i64} : <2>
  %empty = sm.mbarrier_alloc {label = "empty", arrivals = 8 : i32, offset = 64 : i64} : !sm.mbarrier<2>
  // CHECK: sm.mbarrier_init %[[FULL]], %[[EMPTY]] : !sm.mbarrier<3>, !sm.mbarrier<2>
  sm.mbarrier_init %full, %empty : !sm.mbarrier<3>, !sm.mbarrier<2>
  // CHECK: sm.mbarrier_arrive %[[EMPTY]][%[[I]]] by thread : <2>
  sm.mbarrier_arrive %empty[%i] by thread : !sm.mbarrier<2>
  // CHECK: sm.mbarrier_arrive %[[EMPTY]][%[[I]]] by warp : <2>
  sm.mbarrier_arrive %empty[%i] by warp : !sm.mbarrier<2>
  // CHECK: sm.mbarrier_arrive %[[EMPTY]][%[[I]]] by role : <2>
  sm.mbarrier_arrive %empty[%i] by role : !sm.mbarrier<2>
  // CHECK: sm.mbarrier_arrive %[[EMPTY]][%[[I]]] by warp cluster : <2>
  sm.mbarrier_arrive %empty[%i] by warp cluster : !sm.mbarrier<2>
  // CHECK: sm.mbarrier_expect_tx %[[FULL]][%[[I]]], 8192 : <3>
  sm.mbarrier_expect_tx %full[%i], 8192 : !sm.mbarrier<3>
  // CHECK: sm.mbarrier_wait %[[FULL]][%[[I]]] parity %[[P]] : <3>
  sm.mbarrier_wait %full[%i] parity %p : !sm.mbarrier<3>
  // CHECK: sm.fence_proxy_async
  sm.fence_proxy_async
  // CHECK: sm.cluster_barrier
  sm.cluster_barrier
  // CHECK: sm.cluster_barrier {note = "x"}
  sm.cluster_barrier {note = "x"}
  return
}

// CHECK-LABEL: func @bulk_copies
// CHECK-SAME: (%[[S:.*]]: !sm.buffer<{{.*}}, %[[B:.*]]: !sm.mbarrier<1>, %[[X:.*]]: i32, %[[M:.*]]: !sm.tensor_map)
func.func @bulk_copies(%s: !slot, %b: !sm.mbarrier<1>, %x: i32, %m: !sm.tensor_map) {
  // CHECK: sm.tma_prefetch %[[M]]
  sm.tma_prefetch %m
  // CHECK: sm.tma_load %[[M]][%[[X]], %[[X]]] to %[[S]] barrier %[[B]][%[[X]]] : <1 x tensor<64x64xbf16, #{{.*}}>>, <1>
  sm.tma_load %m[%x, %x] to %s barrier %b[%x] : !slot, !sm.mbarrier<1>
  // CHECK: sm.tma_load %[[M]][%[[X]], %[[X]], %[[X]]] to %[[S]] barrier %[[B]][%[[X]]] {l2_hint = #sm.l2_hint<evict_first>} :
  sm.tma_load %m[%x, %x, %x] to %s barrier %b[%x] {l2_hint = #sm.l2_hint<evict_first>} : !slot, !sm.mbarrier<1>
  // CHECK: sm.tma_load %[[M]][%[[X]], %[[X]]] to %[[S]] barrier %[[B]][%[[X]]] multicast : <1 x
  sm.tma_load %m[%x, %x] to %s barrier %b[%x] multicast : !slot, !sm.mbarrier<1>
  // CHECK: sm.tma_load %[[M]][%[[X]], %[[X]]] to %[[S]] barrier %[[B]][%[[X]]] multicast {l2_hint = #sm.l2_hint<evict_last>} :
  sm.tma_load %m[%x, %x] to %s barrier %b[%x] multicast {l2_hint = #sm.l2_hint<evict_last>} : !slot, !sm.mbarrier<1>
  // CHECK: sm.zero_rows %[[S]] from %[[X]] : <1 x tensor<64x64xbf16, #{{.*}}>>
  sm.zero_rows %s from %x : !slot
  // CHECK: sm.tma_store %[[S]] to %[[M]][%[[X]], %[[X]]] : <1 x tensor<64x64xbf16, #{{.*}}>>
  sm.tma_store %s to %m[%x, %x] : !slot
  // CHECK: sm.tma_store_wait 1 read
  sm.tma_store_wait 1 read
  // CHECK: sm.tma_store_wait 0{{$}}
  sm.tma_store_wait 0
  return
}

// CHECK-LABEL: func @wgmma_chains
// CHECK-SAME: (%[[S:.*]]: !sm.buffer<{{.*}}, %[[A:.*]]: tensor<64x64xbf16, #{{.*}}>, %[[C:.*]]: tensor<64x64xf32, #{{.*}}>, %[[D:.*]]: tensor<64x64xf32>)
func.func @wgmma_chains(%s: !slot, %a: tensor<64x64xbf16, #wga>, %c: tensor<64x64xf32, #wgacc>, %d: tensor<64x64xf32>) {
  // CHECK: %[[P0:.*]] = sm.wgmma %[[S]], %[[S]], %[[C]] warps [4, 1] : !sm.buffer<{{.*}}>, <1 x {{.*}}>, tensor<64x64xf32, #{{.*}}>
  %0 = sm.wgmma %s, %s, %c warps [4, 1] : !slot, !slot, tensor<64x64xf32, #wgacc>
  // CHECK: %[[P1:.*]] = sm.wgmma %[[A]], %[[S]], %[[P0]] warps [4, 1] : tensor<64x64xbf16, #{{.*}}>, <1 x
  %1 = sm.wgmma %a, %s, %0 warps [4, 1] : tensor<64x64xbf16, #wga>, !slot, tensor<64x64xf32, #wgacc>
  // Before layouts are solved.
  // CHECK: %[[P2:.*]] = sm.wgmma %[[S]], %[[S]], %[[D]] warps [4, 1] : {{.*}}, tensor<64x64xf32>
  %2 = sm.wgmma %s, %s, %d warps [4, 1] : !slot, !slot, tensor<64x64xf32>
  // CHECK: sm.wgmma_wait 1 for %[[P1]] : tensor<64x64xf32, #{{.*}}>
  %3 = sm.wgmma_wait 1 for %1 : tensor<64x64xf32, #wgacc>
  // CHECK: sm.wgmma_wait 0 for %[[P2]] : tensor<64x64xf32>
  %4 = sm.wgmma_wait 0 for %2 : tensor<64x64xf32>
  // CHECK: sm.wgmma_wait 0{{$}}
  sm.wgmma_wait 0
  return
}

#wgacc2 = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0], [0, 32]]}, [64, 64]>
#wga2 = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0], [0, 0]]}, [64, 64]>
#transposed = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0], [8, 1], [16, 2], [32, 4], [0, 8], [0, 16], [0, 32]]}, [64, 64]>

// Two warpgroups with 32 columns each: A is the same for both.
// CHECK-LABEL: func @wgmma_shares_columns
// CHECK-SAME: (%[[S:.*]]: !sm.buffer<{{.*}}, %[[T:.*]]: !sm.buffer<{{.*}}, %[[A:.*]]: tensor<64x64xbf16, #{{.*}}>, %[[C:.*]]: tensor<64x64xf32, #{{.*}}>)
func.func @wgmma_shares_columns(%s: !slot, %t: !sm.buffer<1 x tensor<64x64xbf16, #transposed>>, %a: tensor<64x64xbf16, #wga2>,
                                %c: tensor<64x64xf32, #wgacc2>) {
  // CHECK: %[[P0:.*]] = sm.wgmma %[[S]], %[[T]], %[[C]] warps [4, 2] : !sm.buffer<
  %0 = sm.wgmma %s, %t, %c warps [4, 2] : !slot, !sm.buffer<1 x tensor<64x64xbf16, #transposed>>, tensor<64x64xf32, #wgacc2>
  // CHECK: %[[P1:.*]] = sm.wgmma %[[A]], %[[T]], %[[P0]] warps [4, 2] : tensor<64x64xbf16, #{{.*}}>, <1 x
  %1 = sm.wgmma %a, %t, %0 warps [4, 2] : tensor<64x64xbf16, #wga2>, !sm.buffer<1 x tensor<64x64xbf16, #transposed>>, tensor<64x64xf32, #wgacc2>
  // CHECK: sm.wgmma_wait 0 for %[[P1]]
  %2 = sm.wgmma_wait 0 for %1 : tensor<64x64xf32, #wgacc2>
  return
}

#wide = #sm.layout<[1, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0]]}, [16, 64]>
#tall = #sm.layout<[3, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0], [8, 1], [16, 2], [32, 4], [0, 8]]}, [64, 16]>
#left = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [0, 64]]}, [16, 128]>

// CHECK-LABEL: func @other_views_of_a_slot
// CHECK-SAME: (%[[S:.*]]: !sm.buffer<1 x tensor<16x192xbf16, #[[WIDE:.*]]>>)
func.func @other_views_of_a_slot(%s: !sm.buffer<1 x tensor<16x192xbf16, #wide>>) {
  // CHECK: sm.trans %[[S]] : <1 x tensor<16x192xbf16, #[[WIDE]]>> -> <1 x tensor<192x16xbf16, #{{.*}}>>
  %t = sm.trans %s : !sm.buffer<1 x tensor<16x192xbf16, #wide>> -> !sm.buffer<1 x tensor<192x16xbf16, #tall>>
  // CHECK: sm.subslot %[[S]][0, 64] : <1 x tensor<16x192xbf16, #[[WIDE]]>> -> <1 x tensor<16x128xbf16, #{{.*}}>>
  %u = sm.subslot %s[0, 64] : !sm.buffer<1 x tensor<16x192xbf16, #wide>> -> !sm.buffer<1 x tensor<16x128xbf16, #left>>
  return
}
