// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [1, 0], [2, 8], [4, 16], [8, 0], [16, 0], [32, 0]]}, [64, 32]>
#b = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [1, 0], [2, 0], [4, 0], [8, 0], [16, 0]]}, [32, 8]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [64, 8]>

// A zero accumulator is not read: the first product only writes its registers, the second one reads them. A has K
// contiguous, rows of 64 bytes (mode 2, 512 bytes from 8 rows to the next); B has N contiguous, no swizzle, core
// matrices of 128 bytes along K. The wait hands the registers through.
// CHECK-LABEL: llvm.func @zero_accumulator
// CHECK-DAG:     %[[A0:.*]] = arith.constant -9223371899415756800 : i64
// CHECK-DAG:     %[[A1:.*]] = arith.constant -9223371899415756798 : i64
// CHECK-DAG:     %[[B0:.*]] = arith.constant 34360262656 : i64
// CHECK-DAG:     %[[B1:.*]] = arith.constant 34360262672 : i64
// CHECK:         llvm.inline_asm has_side_effects "wgmma.fence.sync.aligned;", "~{memory}"
// CHECK:         %[[DA0:.*]] = arith.addi %{{.*}}, %[[A0]] : i64
// CHECK:         %[[DB0:.*]] = arith.addi %{{.*}}, %[[B0]] : i64
// CHECK:         %[[P0:.*]] = llvm.inline_asm has_side_effects "wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {$0, $1, $2, $3}, $4, $5, 0, 1, 1, 0, 1;", "=f,=f,=f,=f,l,l,~{memory}" %[[DA0]], %[[DB0]] : (i64, i64)
// CHECK:         %[[E0:.*]] = llvm.extractvalue %[[P0]][0]
// CHECK:         %[[DA1:.*]] = arith.addi %{{.*}}, %[[A1]] : i64
// CHECK:         %[[P1:.*]] = llvm.inline_asm has_side_effects "wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {$0, $1, $2, $3}, $4, $5, 1, 1, 1, 0, 1;", "=f,=f,=f,=f,l,l,0,1,2,3,~{memory}" %[[DA1]], %{{.*}}, %[[E0]],
// CHECK:         llvm.inline_asm has_side_effects "wgmma.commit_group.sync.aligned;", "~{memory}"
// CHECK:         llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 0;", "=f,=f,=f,=f,0,1,2,3,~{memory}"
func.func @zero_accumulator() attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<64x32xbf16, #a>>
  %b = sm.alloc {label = "b", offset = 4096 : i64} : !sm.buffer<1 x tensor<32x8xbf16, #b>>
  %zero = arith.constant dense<0.0> : tensor<64x8xf32, #acc>
  %d = sm.wgmma %a, %b, %zero warps [4, 1] : !sm.buffer<1 x tensor<64x32xbf16, #a>>, !sm.buffer<1 x tensor<32x8xbf16, #b>>, tensor<64x8xf32, #acc>
  %r = sm.wgmma_wait 0 for %d : tensor<64x8xf32, #acc>
  return
}

// -----

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 8], [8, 0], [16, 0], [32, 0], [64, 0]]}, [128, 16]>
#b = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 1], [0, 2], [8, 4]]}, [16, 8]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0], [64, 0]]}, [128, 8]>

// Two warpgroups: each has its own rows of A, 2048 bytes apart, by the index of its first warp. An accumulator from
// outside is fenced; one in flight, also round a loop, is not touched.
// CHECK-LABEL: llvm.func @two_warpgroups
// CHECK:         %[[WARP:.*]] = nvvm.shfl.sync idx
// CHECK:         %[[GROUP:.*]] = arith.shrui %[[WARP]]
// CHECK:         %[[BYTES:.*]] = arith.muli %[[GROUP]], %{{.*}} : i32
// CHECK:         arith.addi %{{.*}}, %[[BYTES]] : i32
// CHECK:         llvm.inline_asm has_side_effects "wgmma.fence.sync.aligned;", "=f,=f,=f,=f,0,1,2,3,~{memory}"
// CHECK:         "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {$0, $1, $2, $3}, $4, $5, 1, 1, 1, 0, 0;"
// CHECK:         scf.for
// CHECK:           llvm.inline_asm has_side_effects "wgmma.fence.sync.aligned;", "~{memory}"
// CHECK:           "wgmma.mma_async
// CHECK:           llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 1;", "~{memory}"
func.func @two_warpgroups(%n: i32, %x: f32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<128x16xf16, #a>>
  %b = sm.alloc {label = "b", offset = 4096 : i64} : !sm.buffer<1 x tensor<16x8xf16, #b>>
  %start = tile.splat %x : f32 -> tensor<128x8xf32, #acc>
  %d = sm.wgmma %a, %b, %start warps [8, 1] : !sm.buffer<1 x tensor<128x16xf16, #a>>, !sm.buffer<1 x tensor<16x8xf16, #b>>, tensor<128x8xf32, #acc>
  %loop = scf.for %i = %n to %n step %n iter_args(%acc = %d) -> (tensor<128x8xf32, #acc>) : i32 {
    %e = sm.wgmma %a, %b, %acc warps [8, 1] : !sm.buffer<1 x tensor<128x16xf16, #a>>, !sm.buffer<1 x tensor<16x8xf16, #b>>, tensor<128x8xf32, #acc>
    sm.wgmma_wait 1
    scf.yield %e : tensor<128x8xf32, #acc>
  }
  %r = sm.wgmma_wait 0 for %loop : tensor<128x8xf32, #acc>
  return
}

// -----

#b = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 1], [0, 2], [8, 4]]}, [16, 8]>
#a = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [64, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [128, 16]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [64, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [128, 8]>

// A from registers, two instructions along M: words of two elements, fenced before they are read.
// CHECK-LABEL: llvm.func @operand_in_registers
// CHECK-COUNT-8: llvm.bitcast %{{.*}} : vector<2xf16> to i32
// CHECK:         llvm.inline_asm has_side_effects "wgmma.fence.sync.aligned;", "=r,=r,=r,=r,=r,=r,=r,=r,0,1,2,3,4,5,6,7,~{memory}"
// CHECK-COUNT-2: "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {$0, $1, $2, $3}, {$4, $5, $6, $7}, $8, 0, 1, 1, 0;", "=f,=f,=f,=f,r,r,r,r,l,~{memory}"
// CHECK-NOT:     wgmma.mma_async
func.func @operand_in_registers(%x: f16) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %b = sm.alloc {label = "b", offset = 0 : i64} : !sm.buffer<1 x tensor<16x8xf16, #b>>
  %a = tile.splat %x : f16 -> tensor<128x16xf16, #a>
  %zero = arith.constant dense<0.0> : tensor<128x8xf32, #acc>
  %d = sm.wgmma %a, %b, %zero warps [4, 1] : tensor<128x16xf16, #a>, !sm.buffer<1 x tensor<16x8xf16, #b>>, tensor<128x8xf32, #acc>
  %r = sm.wgmma_wait 0 for %d : tensor<128x8xf32, #acc>
  return
}
