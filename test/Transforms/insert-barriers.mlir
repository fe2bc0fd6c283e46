// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(sm-insert-barriers))' | FileCheck %s

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
#regs = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
!ring = !sm.buffer<2 x tensor<16x16xbf16, #shared>>
!slot = !sm.buffer<1 x tensor<16x16xbf16, #shared>>

// A pipelined loop: wait, refill, read needs one barrier per iteration, before the refill.
// CHECK-LABEL: func.func @one_barrier_per_pipelined_iteration
// CHECK-NOT:   sm.barrier
// CHECK:       scf.for
// CHECK:         sm.wait_group
// CHECK:         sm.barrier
// CHECK-NEXT:    sm.async_copy
// CHECK-NOT:     sm.barrier
// CHECK:         sm.load_shared
// CHECK-NOT:     sm.barrier
// CHECK:       return
func.func @one_barrier_per_pipelined_iteration(%p: tensor<16x16x!tile.ptr<bf16>, #regs>, %n: i32, %k: i32) attributes {tile.kernel} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !ring
  %s = sm.slot %a[%k] : !ring
  sm.async_copy %p to %s : tensor<16x16x!tile.ptr<bf16>, #regs> to !slot
  sm.commit_group
  scf.for %i = %k to %n step %n : i32 {
    sm.wait_group 0 for %a : !ring
    %t = sm.slot %a[%i] : !ring
    sm.async_copy %p to %t : tensor<16x16x!tile.ptr<bf16>, #regs> to !slot
    sm.commit_group
    %v = sm.load_shared %s : !slot -> tensor<16x16xbf16, #regs>
  }
  return
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
#regs = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
!slot = !sm.buffer<1 x tensor<16x16xbf16, #shared>>

// One slot: the copy must wait for the readers of the iteration before, the readers for the copy.
// CHECK-LABEL: func.func @single_slot_needs_two
// CHECK:       scf.for
// CHECK:         sm.barrier
// CHECK-NEXT:    sm.async_copy
// CHECK:         sm.wait_group
// CHECK-NEXT:    sm.barrier
// CHECK-NEXT:    sm.load_shared
// CHECK-NOT:     sm.barrier
// CHECK:       return
func.func @single_slot_needs_two(%p: tensor<16x16x!tile.ptr<bf16>, #regs>, %n: i32, %k: i32) attributes {tile.kernel} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !slot
  scf.for %i = %k to %n step %n : i32 {
    sm.async_copy %p to %a : tensor<16x16x!tile.ptr<bf16>, #regs> to !slot
    sm.commit_group
    sm.wait_group 0 for %a : !slot
    %v = sm.load_shared %a : !slot -> tensor<16x16xbf16, #regs>
  }
  return
}

// -----

#rows = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
#columns = #sm.layout<[1, 1], {register = [[1, 0], [2, 0], [4, 0]], lane = [[8, 0], [0, 1], [0, 2], [0, 4], [0, 8]], warp = []}, [16, 16]>

// Two exchanges through the same bytes: a barrier between them; through different bytes: none. One in a loop
// conflicts with itself.
// CHECK-LABEL: func.func @scratch
// CHECK-NEXT:  sm.convert_layout
// CHECK-NEXT:  sm.convert_layout
// CHECK-NEXT:  sm.barrier
// CHECK-NEXT:  sm.convert_layout
// CHECK-NEXT:  scf.if
// CHECK-NEXT:    sm.barrier
// CHECK-NEXT:    sm.convert_layout
// CHECK:       }
// CHECK:       scf.for
// CHECK-NEXT:    sm.barrier
// CHECK-NEXT:    sm.convert_layout
func.func @scratch(%t: tensor<16x16xf32, #rows>, %if: i1, %k: i32, %n: i32) attributes {tile.kernel} {
  %a = sm.convert_layout %t {sm.scratch_offset = 0 : i64} : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
  %b = sm.convert_layout %t {sm.scratch_offset = 1024 : i64} : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
  %c = sm.convert_layout %t {sm.scratch_offset = 1024 : i64} : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
  scf.if %if {
    %d = sm.convert_layout %t {sm.scratch_offset = 1024 : i64} : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
  }
  scf.for %i = %k to %n step %n : i32 {
    %e = sm.convert_layout %t {sm.scratch_offset = 4096 : i64} : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
  }
  return
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
#regs = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
!slot = !sm.buffer<1 x tensor<16x16xbf16, #shared>>

// What the CTA did ends before the first range; ranges in a row do not wait for each other; inside, a range waits for
// itself; what comes after waits for all.
// CHECK-LABEL: func.func @ranges_of_warps
// CHECK:       sm.store_shared
// CHECK-NEXT:  sm.barrier
// CHECK-NEXT:  sm.warps
// CHECK-NEXT:    sm.load_shared
// CHECK-NEXT:    sm.barrier
// CHECK-NEXT:    sm.store_shared
// CHECK-NEXT:  }
// CHECK-NEXT:  sm.warps
// CHECK-NEXT:    sm.load_shared
// CHECK-NEXT:  }
// CHECK-NEXT:  sm.barrier
// CHECK-NEXT:  sm.store_shared
func.func @ranges_of_warps(%t: tensor<16x16xbf16, #regs>) attributes {tile.kernel} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !slot
  sm.store_shared %t to %a : tensor<16x16xbf16, #regs> to !slot
  sm.warps first(0) count(1) {
    %v = sm.load_shared %a : !slot -> tensor<16x16xbf16, #regs>
    sm.store_shared %v to %a : tensor<16x16xbf16, #regs> to !slot
  }
  sm.warps first(1) count(1) {
    %v = sm.load_shared %a : !slot -> tensor<16x16xbf16, #regs>
  }
  sm.store_shared %t to %a : tensor<16x16xbf16, #regs> to !slot
  return
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
#regs = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
!slot = !sm.buffer<1 x tensor<16x16xbf16, #shared>>

// Accesses that mbarriers order need nothing, not between each other, not over a back edge and not beside accesses of the
// same bytes that are not ordered; the latter still wait for each other.
// CHECK-LABEL: func.func @ordered_by_mbarriers
// CHECK-NEXT:  sm.alloc
// CHECK-NEXT:  scf.for
// CHECK-NEXT:    sm.store_shared %{{.*}} ordered
// CHECK-NEXT:    sm.load_shared %{{.*}} ordered
// CHECK-NEXT:  }
// CHECK-NEXT:  sm.store_shared
// CHECK-NEXT:  sm.load_shared %{{.*}} ordered
// CHECK-NEXT:  sm.store_shared %{{.*}} ordered
// CHECK-NEXT:  sm.barrier
// CHECK-NEXT:  sm.load_shared
// CHECK-NEXT:  sm.store_shared %{{.*}} ordered
// CHECK-NEXT:  return
func.func @ordered_by_mbarriers(%t: tensor<16x16xbf16, #regs>, %n: i32, %k: i32) attributes {tile.kernel} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !slot
  scf.for %i = %k to %n step %n : i32 {
    sm.store_shared %t to %a ordered : tensor<16x16xbf16, #regs> to !slot
    %u = sm.load_shared %a ordered : !slot -> tensor<16x16xbf16, #regs>
  }
  sm.store_shared %t to %a : tensor<16x16xbf16, #regs> to !slot
  %v = sm.load_shared %a ordered : !slot -> tensor<16x16xbf16, #regs>
  sm.store_shared %t to %a ordered : tensor<16x16xbf16, #regs> to !slot
  %w = sm.load_shared %a : !slot -> tensor<16x16xbf16, #regs>
  sm.store_shared %t to %a ordered : tensor<16x16xbf16, #regs> to !slot
  return
}

// -----

// The region of a scan is a function: what the scan exchanges counts, with the barrier inside it. The next one writes what
// it read.
#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = [[32]]}, [64]>
// CHECK-LABEL: func.func @scans_share_bytes
// CHECK-NOT:   sm.barrier
// CHECK:       tile.scan
// CHECK:         tile.yield
// CHECK:       sm.barrier
// CHECK:       tile.scan
// CHECK-NOT:   sm.barrier
func.func @scans_share_bytes(%v: tensor<64xi32, #regs>) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %0 = tile.scan %v {axis = 0 : i32, sm.scratch_offset = 0 : i64} : tensor<64xi32, #regs> -> tensor<64xi32, #regs> {
  ^bb0(%a: i32, %b: i32):
    %c = arith.addi %a, %b : i32
    tile.yield %c : i32
  }
  %1 = tile.scan %0 {axis = 0 : i32, sm.scratch_offset = 0 : i64} : tensor<64xi32, #regs> -> tensor<64xi32, #regs> {
  ^bb0(%a: i32, %b: i32):
    %c = arith.muli %a, %b : i32
    tile.yield %c : i32
  }
  return
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [64, 64]>
#regs = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4], [16, 0], [32, 0]], lane = [[0, 8], [0, 16], [0, 32], [1, 0], [2, 0]], warp = [[4, 0], [8, 0]]}, [64, 64]>
!slot = !sm.buffer<1 x tensor<64x64xbf16, #shared>>

// A product that stays in flight reads until its wait, whatever barriers stand between: one more before its memory is used for
// something else.
// CHECK-LABEL: func.func @products_read_until_their_wait
// CHECK:         %[[D:.*]] = sm.wgmma
// CHECK-NEXT:    sm.barrier
// CHECK-NEXT:    %[[R:.*]] = sm.wgmma_wait 0 for %[[D]]
// CHECK-NEXT:    sm.barrier
// CHECK-NEXT:    sm.convert_layout %[[R]]
func.func @products_read_until_their_wait(%acc: tensor<64x64xf32, #acc>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !slot
  %d = sm.wgmma %a, %a, %acc warps [4, 1] : !slot, !slot, tensor<64x64xf32, #acc>
  sm.barrier
  %r = sm.wgmma_wait 0 for %d : tensor<64x64xf32, #acc>
  %c = sm.convert_layout %r {sm.scratch_offset = 0 : i64} : tensor<64x64xf32, #acc> -> tensor<64x64xf32, #regs>
  return
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [64, 64]>
#regs = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4], [16, 0], [32, 0]], lane = [[0, 8], [0, 16], [0, 32], [1, 0], [2, 0]], warp = [[4, 0], [8, 0]]}, [64, 64]>
!slot = !sm.buffer<1 x tensor<64x64xbf16, #shared>>

// What a product has read before an earlier wait is free behind the next barrier; a later wait is for later products only. The
// second exchange shares bytes with the first product, the third with the second one.
// CHECK-LABEL: func.func @waits_end_the_reads_before_them
// CHECK:         sm.wgmma_wait 0
// CHECK-NEXT:    sm.barrier
// CHECK-NEXT:    sm.wgmma
// CHECK-NEXT:    sm.barrier
// CHECK-NEXT:    %[[R:.*]] = sm.wgmma_wait 0
// CHECK-NEXT:    sm.convert_layout %[[R]] {sm.scratch_offset = 0
// CHECK-NEXT:    sm.barrier
// CHECK-NEXT:    sm.convert_layout %[[R]] {sm.scratch_offset = 8192
func.func @waits_end_the_reads_before_them(%acc: tensor<64x64xf32, #acc>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !slot
  %b = sm.alloc {label = "b", offset = 16384 : i64} : !slot
  %d = sm.wgmma %a, %a, %acc warps [4, 1] : !slot, !slot, tensor<64x64xf32, #acc>
  %e = sm.wgmma_wait 0 for %d : tensor<64x64xf32, #acc>
  sm.barrier
  %f = sm.wgmma %b, %b, %e warps [4, 1] : !slot, !slot, tensor<64x64xf32, #acc>
  sm.barrier
  %r = sm.wgmma_wait 0 for %f : tensor<64x64xf32, #acc>
  %c = sm.convert_layout %r {sm.scratch_offset = 0 : i64} : tensor<64x64xf32, #acc> -> tensor<64x64xf32, #regs>
  %g = sm.convert_layout %r {sm.scratch_offset = 8192 : i64} : tensor<64x64xf32, #acc> -> tensor<64x64xf32, #regs>
  return
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
#regs = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
!ring = !sm.buffer<2 x tensor<16x16xbf16, #shared>>
!slot = !sm.buffer<1 x tensor<16x16xbf16, #shared>>

// A tile for the next iteration goes into the slot before that which this one reads: one barrier, at the iteration's head.
// CHECK-LABEL: func.func @the_slot_before_is_free
// CHECK:       scf.for
// CHECK:         sm.barrier
// CHECK-NEXT:    sm.load_shared
// CHECK-NOT:     sm.barrier
// CHECK:         sm.store_shared
// CHECK-NOT:     sm.barrier
// CHECK:       return
func.func @the_slot_before_is_free(%v: tensor<16x16xbf16, #regs>, %n: i32) attributes {tile.kernel} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !ring
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  scf.for %i = %c0 to %n step %c1 iter_args(%k = %c0) -> (i32) : i32 {
    %s = sm.slot %a[%k] : !ring
    %isFirst = arith.cmpi eq, %k, %c0 : i32
    %less = arith.subi %k, %c1 : i32
    %before = arith.select %isFirst, %c1, %less : i32
    %r = sm.load_shared %s : !slot -> tensor<16x16xbf16, #regs>
    %t = sm.slot %a[%before] : !ring
    sm.store_shared %v to %t : tensor<16x16xbf16, #regs> to !slot
    scf.yield %before : i32
  }
  return
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
#regs = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
!ring = !sm.buffer<2 x tensor<16x16xbf16, #shared>>
!slot = !sm.buffer<1 x tensor<16x16xbf16, #shared>>

// Of a ring of one slot, and where another slot is named, nothing is known.
// CHECK-LABEL: func.func @other_slots_may_be_the_same
// CHECK:       scf.for
// CHECK:         sm.load_shared
// CHECK:         sm.barrier
// CHECK-NEXT:    sm.store_shared
func.func @other_slots_may_be_the_same(%v: tensor<16x16xbf16, #regs>, %n: i32) attributes {tile.kernel} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !ring
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  scf.for %i = %c0 to %n step %c1 iter_args(%k = %c0) -> (i32) : i32 {
    %s = sm.slot %a[%k] : !ring
    %isFirst = arith.cmpi eq, %k, %c0 : i32
    %less = arith.subi %k, %c1 : i32
    %same = arith.select %isFirst, %c0, %less : i32
    %r = sm.load_shared %s : !slot -> tensor<16x16xbf16, #regs>
    %t = sm.slot %a[%same] : !ring
    sm.store_shared %v to %t : tensor<16x16xbf16, #regs> to !slot
    scf.yield %same : i32
  }
  return
}
