// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(convert-ws-to-sm),canonicalize)' | FileCheck %s

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
!channel = !ws.channel<3 x tensor<16x16xbf16, #shared>>
!ptrs = tensor<16x16x!tile.ptr<bf16>>

// Puts of one iteration share a group, puts of two do not; the two gets wait once, for all but the newest depth - 2
// groups; the product reads shared memory directly.
// CHECK-LABEL: func.func @pipelined
// CHECK-NOT:   ws.role
// CHECK:       %[[A:.*]] = sm.alloc {label = "a"} : <3 x
// CHECK:       %[[B:.*]] = sm.alloc {label = "b"} : <3 x
// CHECK:       sm.async_copy
// CHECK-NOT:   commit_group
// CHECK:       sm.async_copy
// CHECK-NEXT:  sm.commit_group
// CHECK:       sm.async_copy
// CHECK-NEXT:  sm.commit_group
// CHECK:       sm.wait_group 1 for %[[A]], %[[B]]
// CHECK:       %[[SA:.*]] = sm.slot %[[A]][%[[K:.*]]]
// CHECK:       %[[SB:.*]] = sm.slot %[[B]][%[[K]]]
// CHECK-NOT:   wait_group
// CHECK:       sm.mma %[[SA]], %[[SB]], %{{.*}} warps [1, 2]
func.func @pipelined(%p: !ptrs, %m: tensor<16x16xi1>, %if: i1, %k: i32, %acc: tensor<16x16xf32>, %out: tensor<16x16x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %a = ws.channel {label = "a"} : !channel
  %b = ws.channel {label = "b"} : !channel
  ws.role "all" warps(0, 2) {
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    ws.put %a[%zero], %p, mask %m if %if : !channel, !ptrs
    ws.put %b[%zero], %p if %if : !channel, !ptrs
    ws.put %a[%one], %p if %if : !channel, !ptrs
    %ta = ws.get %a[%k] {ahead = 2 : i32} : !channel
    %tb = ws.get %b[%k] {ahead = 2 : i32} : !channel
    %d = tile.dot %ta, %tb, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    tile.store %out, %d : tensor<16x16x!tile.ptr<f32>>
  }
  return
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
!channel = !ws.channel<1 x tensor<16x16xbf16, #shared>>

// A reader that is no matrix product takes the tile into registers; nothing may be in flight behind it.
// CHECK-LABEL: func.func @other_readers_load
// CHECK:       sm.wait_group 0
// CHECK:       %[[V:.*]] = sm.load_shared
// CHECK:       arith.negf %[[V]]
func.func @other_readers_load(%p: tensor<16x16x!tile.ptr<bf16>>, %k: i32) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %a = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 2) {
    ws.put %a[%k], %p : !channel, tensor<16x16x!tile.ptr<bf16>>
    %t = ws.get %a[%k] : !channel
    %n = arith.negf %t : tensor<16x16xbf16>
    tile.store %p, %n : tensor<16x16x!tile.ptr<bf16>>
  }
  return
}
