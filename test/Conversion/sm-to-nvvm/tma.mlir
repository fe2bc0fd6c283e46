// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

// Two column blocks of 64 columns: two copies of one box, 8192 bytes apart. Coordinates start with the contiguous
// dimension, dimensions in front of the tile's come last. The map is passed by value and read where it lies.
#wide = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0], [0, 64]]}, [64, 128]>

// CHECK-LABEL: llvm.func @column_blocks
// CHECK-SAME:  (%[[X:[^:]*]]: i32, %[[Y:[^:]*]]: i32, %[[Z:[^:]*]]: i32, %[[MAP:[^:]*]]: !llvm.ptr {llvm.align = 64 : i64, llvm.byval = !llvm.array<128 x i8>, llvm.noundef, nvvm.grid_constant})
// CHECK:         llvm.inline_asm has_side_effects "@$1 prefetch.tensormap [$0];", "l,b,~{memory}" %[[MAP]], %[[ONE:.*]] :
// CHECK:         llvm.inline_asm has_side_effects "@$6 cp.async.bulk.tensor.3d.shared::cta.global.tile.mbarrier::complete_tx::bytes [$0], [$1, {$3, $4, $5}], [$2];", "r,l,r,r,r,r,b,~{memory}" %[[TO:.*]], %[[MAP]], %[[BARRIER:.*]], %[[Y]], %[[X]], %[[Z]], %[[ONE]]
// CHECK:         %[[TO2:.*]] = arith.addi %[[TO]], %{{.*}} : i32
// CHECK:         %[[Y2:.*]] = arith.addi %[[Y]], %{{.*}} : i32
// CHECK:         llvm.inline_asm {{.*}} %[[TO2]], %[[MAP]], %[[BARRIER]], %[[Y2]], %[[X]], %[[Z]], %[[ONE]]
// CHECK-NOT:     cp.async.bulk
// CHECK:         llvm.return
func.func @column_blocks(%x: i32, %y: i32, %z: i32, %map: !sm.tensor_map) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<64x128xbf16, #wide>>
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32, offset = 16384 : i64} : !sm.mbarrier<1>
  sm.tma_prefetch %map
  sm.tma_load %map[%z, %x, %y] to %a barrier %b[%x] : !sm.buffer<1 x tensor<64x128xbf16, #wide>>, !sm.mbarrier<1>
  return
}

// -----

// K contiguous: the tile's first dimension is the tensor's innermost one. A policy for L2 is one more operand.
#k = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [0, 1], [8, 2], [16, 4], [0, 8]]}, [32, 16]>

// CHECK-LABEL: llvm.func @first_dimension_contiguous
// CHECK-SAME:  (%[[X:[^:]*]]: i32, %[[Y:[^:]*]]: i32,
// CHECK:         %[[POLICY:.*]] = arith.constant 1364590687093260288 : i64
// CHECK:         "@$6 cp.async.bulk.tensor.2d.shared::cta.global.tile.mbarrier::complete_tx::bytes.L2::cache_hint [$0], [$1, {$3, $4}], [$2], $5;", "r,l,r,r,r,l,b,~{memory}" %{{.*}}, %{{.*}}, %{{.*}}, %[[X]], %[[Y]], %[[POLICY]],
func.func @first_dimension_contiguous(%x: i32, %y: i32, %map: !sm.tensor_map) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<32x16xbf16, #k>>
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32, offset = 1024 : i64} : !sm.mbarrier<1>
  sm.tma_load %map[%x, %y] to %a barrier %b[%x] {l2_hint = #sm.l2_hint<evict_first>} : !sm.buffer<1 x tensor<32x16xbf16, #k>>, !sm.mbarrier<1>
  return
}

// -----

// Registers to shared memory, then out by a bulk copy: one group, which one thread waits for.
#row = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [1, 4], [2, 8], [4, 16]]}, [8, 32]>
#regs = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [4, 0]], lane = [[0, 4], [0, 8], [0, 16], [1, 0], [2, 0]], warp = []}, [8, 32]>

// CHECK-LABEL: llvm.func @stores
// CHECK:         llvm.store %{{.*}}, %{{.*}} : vector<4xf32>, !llvm.ptr<3>
// CHECK:         llvm.store %{{.*}}, %{{.*}} : vector<4xf32>, !llvm.ptr<3>
// CHECK:         "fence.proxy.async.shared::cta;"
// CHECK:         nvvm.barrier
// CHECK:         "@$4 cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [$1, {$2, $3}], [$0];", "r,l,r,r,b,~{memory}"
// CHECK:         "@$0 cp.async.bulk.commit_group;"
// CHECK:         "@$0 cp.async.bulk.wait_group.read 1;"
// CHECK:         "@$0 cp.async.bulk.wait_group 0;"
func.func @stores(%x: i32, %map: !sm.tensor_map) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<8x32xf32, #row>>
  %v = arith.constant dense<1.0> : tensor<8x32xf32, #regs>
  sm.store_shared %v to %a : tensor<8x32xf32, #regs> to !sm.buffer<1 x tensor<8x32xf32, #row>>
  sm.fence_proxy_async
  sm.barrier
  sm.tma_store %a to %map[%x, %x] : !sm.buffer<1 x tensor<8x32xf32, #row>>
  sm.tma_store_wait 1 read
  sm.tma_store_wait 0
  return
}
