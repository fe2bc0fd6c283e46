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

// -----

// Wide queries that are decoded in front of a loop, whose products read them: a thread would hold 72 registers of them.
// The right factors of these products are shared apart from them.
// CHECK-LABEL: func.func @wide_left_factor_of_a_loop
// CHECK-DAG:   %[[LEFT:.*]] = ws.channel {label = "qk.shared.left"} : <1 x tensor<16x288xbf16, #{{.*}}>>
// CHECK-DAG:   %[[RIGHT:.*]] = ws.channel {label = "qk.shared"} : <1 x tensor<16x288xbf16, #{{.*}}>>
// CHECK:       %[[Q:.*]] = arith.truncf
// CHECK-NEXT:  ws.put_tile %[[LEFT]], %[[Q]]
// CHECK-NEXT:  %[[T:.*]] = ws.get %[[LEFT]]
// CHECK:       scf.for
// CHECK:         %[[K:.*]] = ws.get %[[RIGHT]]
// CHECK:         %[[KT:.*]] = tile.trans %[[K]]
// CHECK:         tile.dot %[[T]], %[[KT]], %{{.*}} {label = "qk"}
// CHECK:         ws.release %[[RIGHT]]
// CHECK:       }
// CHECK-NEXT:  ws.release %[[LEFT]]
func.func @wide_left_factor_of_a_loop(%x: tensor<16x288xf32>, %y: tensor<16x288xf32>, %z: tensor<16x16xf32>, %acc: tensor<16x288xf32>, %out: tensor<16x288x!tile.ptr<f32>>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32} {
  ws.role "all" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %q = arith.truncf %x : tensor<16x288xf32> to tensor<16x288xbf16>
    %o = scf.for %i = %c0 to %n step %c1 iter_args(%a = %acc) -> (tensor<16x288xf32>) : i32 {
      %k = arith.truncf %y : tensor<16x288xf32> to tensor<16x288xbf16>
      %kt = tile.trans %k : tensor<16x288xbf16> -> tensor<288x16xbf16>
      %s = tile.dot %q, %kt, %z {label = "qk"} : tensor<16x288xbf16>, tensor<288x16xbf16>, tensor<16x16xf32>
      %p = arith.truncf %s : tensor<16x16xf32> to tensor<16x16xbf16>
      %next = tile.dot %p, %k, %a {label = "pv"} : tensor<16x16xbf16>, tensor<16x288xbf16>, tensor<16x288xf32>
      scf.yield %next : tensor<16x288xf32>
    }
    tile.store %out, %o : tensor<16x288x!tile.ptr<f32>>
  }
  return
}

// -----

// Two of them do not share a channel; narrow ones, and wide ones that no loop reads, stay in registers.
// CHECK-LABEL: func.func @left_factors
// CHECK-DAG:   ws.channel {label = "a.shared.left"}
// CHECK-DAG:   ws.channel {label = "a.shared.left.1"}
// CHECK-NOT:   ws.channel
// CHECK-COUNT-2: ws.put_tile
// CHECK-NOT:   ws.put_tile
func.func @left_factors(%x: tensor<16x512xf32>, %y: tensor<16x512xf32>, %n16: tensor<16x256xf32>, %b: tensor<512x16xbf16>, %b16: tensor<256x16xbf16>, %z: tensor<16x16xf32>, %out: tensor<16x16x!tile.ptr<f32>>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32} {
  ws.role "all" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %q0 = arith.truncf %x : tensor<16x512xf32> to tensor<16x512xbf16>
    %q1 = arith.truncf %y : tensor<16x512xf32> to tensor<16x512xbf16>
    %narrow = arith.truncf %n16 : tensor<16x256xf32> to tensor<16x256xbf16>
    %sum = arith.addf %x, %y : tensor<16x512xf32>
    %once = arith.truncf %sum : tensor<16x512xf32> to tensor<16x512xbf16>
    %r = tile.dot %once, %b, %z : tensor<16x512xbf16>, tensor<512x16xbf16>, tensor<16x16xf32>
    %o = scf.for %i = %c0 to %n step %c1 iter_args(%a = %r) -> (tensor<16x16xf32>) : i32 {
      %a0 = tile.dot %q0, %b, %a {label = "a"} : tensor<16x512xbf16>, tensor<512x16xbf16>, tensor<16x16xf32>
      %a1 = tile.dot %q1, %b, %a0 {label = "a"} : tensor<16x512xbf16>, tensor<512x16xbf16>, tensor<16x16xf32>
      %a2 = tile.dot %narrow, %b16, %a1 : tensor<16x256xbf16>, tensor<256x16xbf16>, tensor<16x16xf32>
      scf.yield %a2 : tensor<16x16xf32>
    }
    tile.store %out, %o : tensor<16x16x!tile.ptr<f32>>
  }
  return
}

// -----

// Two slots where they are asked for and what the tile comes from can be computed an iteration ahead.
// CHECK-LABEL: func.func @two_slots
// CHECK:       ws.channel {label = "qk.shared"} : <2 x tensor<32x64xbf16, #{{.*}}>>
// CHECK:       scf.for
// CHECK:         ws.put_tile
func.func @two_slots(%codes: tensor<32x64x!tile.ptr<f8E4M3FN>>, %n: i32, %q: tensor<16x64xbf16>, %p: tensor<16x32xbf16>, %z: tensor<16x32xf32>, %acc: tensor<16x64xf32>, %out: tensor<16x32x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.channel_depths = {qk.shared = 2 : i32}} {
  ws.role "all" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    scf.for %i = %c0 to %n step %c1 : i32 {
      %x = tile.load %codes : tensor<32x64x!tile.ptr<f8E4M3FN>>
      %w = arith.extf %x : tensor<32x64xf8E4M3FN> to tensor<32x64xf32>
      %k = arith.truncf %w : tensor<32x64xf32> to tensor<32x64xbf16>
      %kt = tile.trans %k : tensor<32x64xbf16> -> tensor<64x32xbf16>
      %s = tile.dot %q, %kt, %z {label = "qk"} : tensor<16x64xbf16>, tensor<64x32xbf16>, tensor<16x32xf32>
      %o = tile.dot %p, %k, %acc {label = "pv"} : tensor<16x32xbf16>, tensor<32x64xbf16>, tensor<16x64xf32>
    }
  }
  return
}

// -----

// A tile that depends on a product of the same iteration stays in one slot.
// CHECK-LABEL: func.func @not_ahead_of_a_product
// CHECK:       ws.channel {label = "qk.shared"} : <1 x
func.func @not_ahead_of_a_product(%a: tensor<32x32xbf16>, %b: tensor<32x64xbf16>, %z0: tensor<32x64xf32>, %n: i32, %q: tensor<16x64xbf16>, %p: tensor<16x32xbf16>, %z: tensor<16x32xf32>, %acc: tensor<16x64xf32>)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.channel_depths = {qk.shared = 2 : i32}} {
  ws.role "all" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    scf.for %i = %c0 to %n step %c1 : i32 {
      %w = tile.dot %a, %b, %z0 : tensor<32x32xbf16>, tensor<32x64xbf16>, tensor<32x64xf32>
      %k = arith.truncf %w : tensor<32x64xf32> to tensor<32x64xbf16>
      %kt = tile.trans %k : tensor<32x64xbf16> -> tensor<64x32xbf16>
      %s = tile.dot %q, %kt, %z {label = "qk"} : tensor<16x64xbf16>, tensor<64x32xbf16>, tensor<16x32xf32>
      %o = tile.dot %p, %k, %acc {label = "pv"} : tensor<16x32xbf16>, tensor<32x64xbf16>, tensor<16x64xf32>
    }
  }
  return
}
