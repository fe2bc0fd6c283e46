// The ops of sm_90a that no library kernel uses yet assemble, in the forms that differ in their instructions.
// REQUIRES: ptxas
// RUN: mla-translate %s --arch sm_90a --emit cubin -o %t.cubin --Werror=spill,serialise 2>&1 | count 0
// RUN: mla-translate %s --arch sm_90a --emit ptx | FileCheck %s

// CHECK: bar.sync 1, 64;
// CHECK: mbarrier.arrive.release.cta.shared::cta.b64 _
// CHECK: cp.async.bulk.tensor.1d.shared::cta
// CHECK: cp.async.bulk.tensor.5d.shared::cta
// CHECK: cp.async.bulk.tensor.3d.global.shared::cta

#line = #sm.layout<[1], {offset = [[1], [2], [4], [8], [16], [32], [64], [128], [256]]}, [512]>
#cube = #sm.layout<[1, 1, 1], {offset = [[0, 0, 1], [0, 0, 2], [0, 0, 4], [0, 1, 0], [0, 2, 0], [0, 4, 0], [1, 0, 0], [2, 0, 0]]}, [4, 8, 8]>
#across = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = [[32]]}, [64]>
#along = #sm.layout<[1], {register = [], lane = [[2], [4], [8], [16], [32]], warp = [[1]]}, [64]>
#cubic = #sm.layout<[1, 1, 1], {register = [[0, 0, 1], [0, 0, 2], [0, 0, 4]], lane = [[0, 1, 0], [0, 2, 0], [0, 4, 0], [1, 0, 0], [2, 0, 0]], warp = [[0, 0, 0]]}, [4, 8, 8]>

module attributes {sm.arch = "sm_90a"} {
func.func @hopper(%out: !tile.ptr<i32>, %i: i32, %p: i32, %m1: !sm.tensor_map, %m3: !sm.tensor_map)
    attributes {tile.kernel, tile.num_warps = 3 : i32, sm.shared_bytes = 8192 : i64} {
  %line = sm.alloc {label = "line", offset = 0 : i64} : !sm.buffer<1 x tensor<512xf32, #line>>
  %cube = sm.alloc {label = "cube", offset = 2048 : i64} : !sm.buffer<1 x tensor<4x8x8xbf16, #cube>>
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32, offset = 4096 : i64} : !sm.mbarrier<2>
  sm.mbarrier_init %b : !sm.mbarrier<2>
  sm.barrier
  sm.warps first(1) count(2) {
    %r = tile.range 0 to 64 : tensor<64xi32, #across>
    %s = sm.convert_layout %r {sm.scratch_offset = 5120 : i64} : tensor<64xi32, #across> -> tensor<64xi32, #along>
    %sum = tile.reduce sum %s {axis = 0 : i32, sm.scratch_offset = 5120 : i64} : tensor<64xi32, #along> -> i32
    tile.store %out, %sum : !tile.ptr<i32>
    sm.mbarrier_arrive %b[%i] by thread : !sm.mbarrier<2>
    sm.mbarrier_arrive %b[%i] by role : !sm.mbarrier<2>
    %v = arith.constant dense<1.0> : tensor<4x8x8xbf16, #cubic>
    sm.store_shared %v to %cube : tensor<4x8x8xbf16, #cubic> to !sm.buffer<1 x tensor<4x8x8xbf16, #cube>>
    sm.fence_proxy_async
    sm.barrier
  }
  sm.warps first(0) count(1) {
    sm.mbarrier_expect_tx %b[%i], 2048 : !sm.mbarrier<2>
    sm.tma_load %m1[%i] to %line barrier %b[%i] : !sm.buffer<1 x tensor<512xf32, #line>>, !sm.mbarrier<2>
    sm.tma_load %m3[%i, %i, %i, %i, %i] to %cube barrier %b[%i] : !sm.buffer<1 x tensor<4x8x8xbf16, #cube>>, !sm.mbarrier<2>
    sm.mbarrier_wait %b[%i] parity %p : !sm.mbarrier<2>
    sm.tma_store %cube to %m3[%i, %i, %i] : !sm.buffer<1 x tensor<4x8x8xbf16, #cube>>
    sm.tma_store_wait 0 read
    sm.tma_store_wait 0
  }
  return
}
}
