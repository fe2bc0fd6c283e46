// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

// One thread of the CTA initialises every barrier of every ring, with its arrivals.
// CHECK-LABEL: llvm.func @initialised_by_one_thread
// CHECK:         %[[ELECT:.*]] = nvvm.elect.sync
// CHECK:         %[[IS_FIRST:.*]] = arith.cmpi eq
// CHECK:         %[[ONE:.*]] = arith.andi %[[IS_FIRST]], %[[ELECT]]
// CHECK:         llvm.inline_asm has_side_effects "@$2 mbarrier.init.shared::cta.b64 [$0 + 0], $1;", "r,r,b,~{memory}" %[[FULL:.*]], %[[C1:.*]], %[[ONE]]
// CHECK:         llvm.inline_asm has_side_effects "@$2 mbarrier.init.shared::cta.b64 [$0 + 8], $1;", "r,r,b,~{memory}" %[[FULL]], %[[C1]], %[[ONE]]
// CHECK:         llvm.inline_asm has_side_effects "@$2 mbarrier.init.shared::cta.b64 [$0 + 0], $1;", "r,r,b,~{memory}" %{{.*}}, %[[C4:.*]], %[[ONE]]
// CHECK:         llvm.inline_asm has_side_effects "@$0 fence.mbarrier_init.release.cluster;", "b,~{memory}" %[[ONE]]
// CHECK:         nvvm.barrier
func.func @initialised_by_one_thread() attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %full = sm.mbarrier_alloc {label = "full", arrivals = 1 : i32, offset = 1024 : i64} : !sm.mbarrier<2>
  %empty = sm.mbarrier_alloc {label = "empty", arrivals = 4 : i32, offset = 1040 : i64} : !sm.mbarrier<1>
  sm.mbarrier_init %full, %empty : !sm.mbarrier<2>, !sm.mbarrier<1>
  sm.barrier
  return
}

// -----

// Who arrives: every thread, one of each warp, one of the range (of one warp: its elected thread).
// CHECK-LABEL: llvm.func @arrivals
// CHECK:         scf.if
// CHECK:           %[[IN_WARP:.*]] = nvvm.elect.sync
// CHECK:           %[[ALL:.*]] = arith.andi %{{.*}}, %[[IN_WARP]]
// CHECK:           llvm.inline_asm has_side_effects "mbarrier.arrive.release.cta.shared::cta.b64 _, [$0];", "r,~{memory}"
// CHECK:           nvvm.bar.warp.sync
// CHECK:           llvm.inline_asm has_side_effects "@$1 mbarrier.arrive.release.cta.shared::cta.b64 _, [$0];", "r,b,~{memory}" %{{.*}}, %[[IN_WARP]]
// CHECK:           llvm.inline_asm has_side_effects "@$1 mbarrier.arrive.release.cta.shared::cta.b64 _, [$0];", "r,b,~{memory}" %{{.*}}, %[[ALL]]
// CHECK:         } else {
// CHECK:           %[[LANE:.*]] = nvvm.elect.sync
// CHECK:           llvm.inline_asm has_side_effects "@$1 mbarrier.arrive.release.cta.shared::cta.b64 _, [$0];", "r,b,~{memory}" %{{.*}}, %[[LANE]]
func.func @arrivals(%i: i32) attributes {tile.kernel, tile.num_warps = 5 : i32} {
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32, offset = 0 : i64} : !sm.mbarrier<3>
  sm.warps first(0) count(4) {
    sm.mbarrier_arrive %b[%i] by thread : !sm.mbarrier<3>
    sm.mbarrier_arrive %b[%i] by warp : !sm.mbarrier<3>
    sm.mbarrier_arrive %b[%i] by role : !sm.mbarrier<3>
  }
  sm.warps first(4) count(1) {
    sm.mbarrier_arrive %b[%i] by role : !sm.mbarrier<3>
  }
  return
}

// -----

// CHECK-LABEL: llvm.func @transactions_and_waits
// CHECK-SAME:  (%[[I:.*]]: i32, %[[P:.*]]: i32)
// CHECK:         %[[BYTES:.*]] = arith.constant 8192 : i32
// CHECK:         %[[DISTANCE:.*]] = arith.muli %[[I]]
// CHECK:         %[[OFFSET:.*]] = arith.addi %{{.*}}, %[[DISTANCE]]
// CHECK:         %[[POINTER:.*]] = llvm.getelementptr %{{.*}}[%[[OFFSET]]]
// CHECK:         %[[ADDRESS:.*]] = llvm.ptrtoint %[[POINTER]]
// CHECK:         llvm.inline_asm has_side_effects "@$2 mbarrier.arrive.expect_tx.release.cta.shared::cta.b64 _, [$0], $1;", "r,r,b,~{memory}" %[[ADDRESS]], %[[BYTES]]
// CHECK:         llvm.inline_asm has_side_effects "{ .reg .pred complete; again: mbarrier.try_wait.parity.shared::cta.b64 complete, [$0], $1; @!complete bra again; }", "r,r,~{memory}" %{{.*}}, %[[P]]
// CHECK:         llvm.inline_asm has_side_effects "{ .reg .pred complete; @!$2 bra done; again: mbarrier.try_wait.parity.shared::cta.b64 complete, [$0], $1; @!complete bra again; done: }", "r,r,b,~{memory}" %{{.*}}, %[[P]]
// CHECK:         llvm.inline_asm has_side_effects "fence.proxy.async.shared::cta;", "~{memory}"
func.func @transactions_and_waits(%i: i32, %p: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32, offset = 16 : i64} : !sm.mbarrier<3>
  sm.mbarrier_expect_tx %b[%i], 8192 : !sm.mbarrier<3>
  sm.mbarrier_wait %b[%i] parity %p : !sm.mbarrier<3>
  sm.mbarrier_wait %b[%i] parity %p elected : !sm.mbarrier<3>
  sm.fence_proxy_async
  return
}
