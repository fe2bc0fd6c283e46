// RUN: mla-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(func.func(ws-share-tiles))'

// A depth for a computed tile that is not there.
// expected-error @below {{`tile.channel_depths` names "kv.shared", but the kernel's computed tiles that several products read are: "qk.shared"}}
func.func @unknown_tile(%x: tensor<32x64xf32>, %q: tensor<16x64xbf16>, %p: tensor<16x32xbf16>, %z: tensor<16x32xf32>, %acc: tensor<16x32xf32>, %out: tensor<16x32x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.channel_depths = {kv.shared = 2 : i32}} {
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

// What is loaded may be written in the same iteration.
func.func @written_in_the_loop(%codes: !tile.ptr<bf16>, %n: i32, %q: tensor<16x64xbf16>, %p: tensor<16x32xbf16>, %z: tensor<16x32xf32>, %acc: tensor<16x64xf32>)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.channel_depths = {qk.shared = 2 : i32}} {
  ws.role "all" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %ptrs = tile.splat %codes : !tile.ptr<bf16> -> tensor<32x64x!tile.ptr<bf16>>
    scf.for %i = %c0 to %n step %c1 : i32 {
      %x = tile.load %ptrs : tensor<32x64x!tile.ptr<bf16>>
      // expected-remark @below {{computed tile is not pipelined: a store in the same loop may write what it reads}}
      %k = arith.negf %x : tensor<32x64xbf16>
      %kt = tile.trans %k : tensor<32x64xbf16> -> tensor<64x32xbf16>
      %s = tile.dot %q, %kt, %z {label = "qk"} : tensor<16x64xbf16>, tensor<64x32xbf16>, tensor<16x32xf32>
      %o = tile.dot %p, %k, %acc {label = "pv"} : tensor<16x32xbf16>, tensor<32x64xbf16>, tensor<16x64xf32>
      // expected-note @below {{the store}}
      tile.store %ptrs, %x : tensor<32x64x!tile.ptr<bf16>>
    }
  }
  return
}
