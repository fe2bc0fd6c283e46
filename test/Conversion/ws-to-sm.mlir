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

// -----

#wide = #sm.layout<[1, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 8], [8, 0]]}, [16, 16]>
!channel = !ws.channel<1 x tensor<16x48xbf16, #wide>>

// Products read the transposed tile and its columns in place; other readers take a part into registers. Where no layout
// describes a part, the whole tile is read.
// CHECK-LABEL: func.func @parts_of_a_slot
// CHECK:       sm.wait_group
// CHECK:       %[[S:.*]] = sm.slot
// CHECK:       %[[ALL:.*]] = sm.load_shared %[[S]] : {{.*}} -> tensor<16x48xbf16>
// CHECK:       %[[T:.*]] = sm.trans %[[S]] : <1 x tensor<16x48xbf16, #[[W:[a-z0-9]+]]>> -> <1 x tensor<48x16xbf16, #{{.*}}>>
// CHECK:       sm.mma %[[S]], %[[T]], %{{.*}}
// CHECK:       %[[V:.*]] = sm.subslot %[[S]][0, 16] : <1 x tensor<16x48xbf16, #[[W]]>> -> <1 x tensor<16x16xbf16, #{{.*}}>>
// CHECK:       sm.mma %[[V]], %[[V]], %{{.*}}
// CHECK:       %[[U:.*]] = sm.subslot %[[S]][8, 32]
// CHECK-NEXT:  %[[R:.*]] = sm.load_shared %[[U]] : {{.*}} -> tensor<8x16xbf16>
// CHECK-NEXT:  tile.store %{{.*}}, %[[R]]
// CHECK-NEXT:  %[[X:.*]] = tile.slice %[[ALL]] [0, 0] : tensor<16x48xbf16> -> tensor<8x48xbf16>
// CHECK-NEXT:  tile.store %{{.*}}, %[[X]]
func.func @parts_of_a_slot(%p: tensor<16x48x!tile.ptr<bf16>>, %acc: tensor<16x16xf32>, %out: tensor<16x16x!tile.ptr<f32>>,
                           %o: tensor<8x16x!tile.ptr<bf16>>, %w: tensor<8x48x!tile.ptr<bf16>>)
    attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 1) {
    %zero = arith.constant 0 : i32
    ws.put %a[%zero], %p : !channel, tensor<16x48x!tile.ptr<bf16>>
    %t = ws.get %a[%zero] : !channel
    %r = tile.trans %t : tensor<16x48xbf16> -> tensor<48x16xbf16>
    %d = tile.dot %t, %r, %acc : tensor<16x48xbf16>, tensor<48x16xbf16>, tensor<16x16xf32>
    %v = tile.slice %t [0, 16] : tensor<16x48xbf16> -> tensor<16x16xbf16>
    %e = tile.dot %v, %v, %d : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    %u = tile.slice %t [8, 32] : tensor<16x48xbf16> -> tensor<8x16xbf16>
    tile.store %o, %u : tensor<8x16x!tile.ptr<bf16>>
    %x = tile.slice %t [0, 0] : tensor<16x48xbf16> -> tensor<8x48xbf16>
    tile.store %w, %x : tensor<8x48x!tile.ptr<bf16>>
    tile.store %out, %e : tensor<16x16x!tile.ptr<f32>>
  }
  return
}

// -----

// The second product takes its rows from the first one: warps keep them, and nothing changes hands.
// CHECK-LABEL: func.func @chained_products
// CHECK:       sm.mma {{.*}} warps [4, 1] : {{.*}}, tensor<64x32xf32>
// CHECK:       sm.mma {{.*}} warps [4, 1] : {{.*}}, tensor<64x128xf32>
// CHECK-LABEL: func.func @product_alone
// CHECK:       sm.mma {{.*}} warps [2, 2] : {{.*}}, tensor<64x128xf32>
func.func @chained_products(%q: tensor<64x64xbf16>, %k: tensor<64x32xbf16>, %v: tensor<32x128xbf16>, %s0: tensor<64x32xf32>,
    %acc: tensor<64x128xf32>, %out: tensor<64x128x!tile.ptr<f32>>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  ws.role "all" warps(0, 4) {
    %s = tile.dot %q, %k, %s0 : tensor<64x64xbf16>, tensor<64x32xbf16>, tensor<64x32xf32>
    %e = math.exp2 %s : tensor<64x32xf32>
    %p = arith.truncf %e : tensor<64x32xf32> to tensor<64x32xbf16>
    %d = tile.dot %p, %v, %acc : tensor<64x32xbf16>, tensor<32x128xbf16>, tensor<64x128xf32>
    tile.store %out, %d : tensor<64x128x!tile.ptr<f32>>
  }
  return
}

func.func @product_alone(%p: tensor<64x32xbf16>, %v: tensor<32x128xbf16>, %acc: tensor<64x128xf32>, %out: tensor<64x128x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 4 : i32} {
  ws.role "all" warps(0, 4) {
    %d = tile.dot %p, %v, %acc : tensor<64x32xbf16>, tensor<32x128xbf16>, tensor<64x128xf32>
    tile.store %out, %d : tensor<64x128x!tile.ptr<f32>>
  }
  return
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
!computed = !ws.channel<1 x tensor<16x16xbf16, #shared>>

// A computed tile is stored where its product reads it; nothing was copied that has to be waited for.
// CHECK-LABEL: func.func @computed
// CHECK:       %[[A:.*]] = sm.alloc {label = "shared"} : <1 x
// CHECK:       %[[S:.*]] = sm.slot %[[A]]
// CHECK-NEXT:  sm.store_shared %{{.*}} to %[[S]]
// CHECK-NOT:   wait_group
// CHECK:       sm.mma %{{.*}}, %{{.*}}, %{{.*}} warps [1, 2] : tensor<16x16xbf16>, !sm.buffer<1 x tensor<16x16xbf16
func.func @computed(%x: tensor<16x16xbf16>, %q: tensor<16x16xbf16>, %acc: tensor<16x16xf32>, %out: tensor<16x16x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %c = ws.channel {label = "shared"} : !computed
  ws.role "all" warps(0, 2) {
    %k = arith.negf %x : tensor<16x16xbf16>
    ws.put_tile %c, %k : !computed, tensor<16x16xbf16>
    %t = ws.get %c : !computed
    %d = tile.dot %q, %t, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    ws.release %c : !computed
    tile.store %out, %d : tensor<16x16x!tile.ptr<f32>>
  }
  return
}
