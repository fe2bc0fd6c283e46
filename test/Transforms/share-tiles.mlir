// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-share-tiles))' | FileCheck %s

// Decoded keys are the right factor of two products, once transposed: they are stored once, and released behind the last.
// CHECK-LABEL: func.func @keys_of_two_products
// CHECK:       %[[C:.*]] = ws.channel {label = "qk.shared"} : <1 x tensor<32x64xbf16, #{{.*}}>>
// CHECK:       %[[K:.*]] = arith.truncf
// CHECK-NEXT:  ws.put_tile %[[C]], %[[K]]
// CHECK-NEXT:  %[[T:.*]] = ws.get %[[C]]
// CHECK:       %[[KT:.*]] = tile.trans %[[T]]
// CHECK:       tile.dot %{{.*}}, %[[KT]], %{{.*}} {label = "qk"}
// CHECK-NOT:   ws.release
// CHECK:       %[[V:.*]] = tile.slice %[[T]] [0, 0]
// CHECK:       tile.dot %{{.*}}, %[[V]], %{{.*}} {label = "pv"}
// CHECK-NEXT:  ws.release %[[C]]
func.func @keys_of_two_products(%x: tensor<32x64xf32>, %q: tensor<16x64xbf16>, %p: tensor<16x32xbf16>, %z: tensor<16x32xf32>, %acc: tensor<16x32xf32>, %out: tensor<16x32x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 4 : i32} {
  ws.role "all" warps(0, 4) {
    %k = arith.truncf %x : tensor<32x64xf32> to tensor<32x64xbf16>
    %kt = tile.trans %k : tensor<32x64xbf16> -> tensor<64x32xbf16>
    %s = tile.dot %q, %kt, %z {label = "qk"} : tensor<16x64xbf16>, tensor<64x32xbf16>, tensor<16x32xf32>
    %v = tile.slice %k [0, 0] : tensor<32x64xbf16> -> tensor<32x32xbf16>
    %o = tile.dot %p, %v, %acc {label = "pv"} : tensor<16x32xbf16>, tensor<32x32xbf16>, tensor<16x32xf32>
    tile.store %out, %s : tensor<16x32x!tile.ptr<f32>>
    tile.store %out, %o : tensor<16x32x!tile.ptr<f32>>
  }
  return
}

// -----

// One product, left factors only, and a reader that is no product leave tiles in registers.
// CHECK-LABEL: func.func @other_tiles_stay
// CHECK-NOT:   ws.channel
// CHECK-NOT:   ws.put_tile
func.func @other_tiles_stay(%x: tensor<32x32xf32>, %b: tensor<32x32xbf16>, %z: tensor<32x32xf32>, %out: tensor<32x32x!tile.ptr<f32>>, %raw: tensor<32x32x!tile.ptr<bf16>>)
    attributes {tile.kernel, tile.num_warps = 4 : i32} {
  ws.role "all" warps(0, 4) {
    %once = arith.truncf %x : tensor<32x32xf32> to tensor<32x32xbf16>
    %r0 = tile.dot %b, %once, %z : tensor<32x32xbf16>, tensor<32x32xbf16>, tensor<32x32xf32>
    %y = arith.negf %x : tensor<32x32xf32>
    %left = arith.truncf %y : tensor<32x32xf32> to tensor<32x32xbf16>
    %r1 = tile.dot %left, %b, %r0 : tensor<32x32xbf16>, tensor<32x32xbf16>, tensor<32x32xf32>
    %r2 = tile.dot %left, %b, %r1 : tensor<32x32xbf16>, tensor<32x32xbf16>, tensor<32x32xf32>
    %w = arith.addf %x, %y : tensor<32x32xf32>
    %stored = arith.truncf %w : tensor<32x32xf32> to tensor<32x32xbf16>
    %r3 = tile.dot %b, %stored, %r2 : tensor<32x32xbf16>, tensor<32x32xbf16>, tensor<32x32xf32>
    %r4 = tile.dot %b, %stored, %r3 : tensor<32x32xbf16>, tensor<32x32xbf16>, tensor<32x32xf32>
    tile.store %raw, %stored : tensor<32x32x!tile.ptr<bf16>>
    tile.store %out, %r4 : tensor<32x32x!tile.ptr<f32>>
  }
  return
}
