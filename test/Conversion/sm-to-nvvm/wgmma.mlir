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
// CHECK:         %[[M:.*]] = arith.andi %[[GROUP]], %{{.*}} : i32
// CHECK:         %[[BYTES:.*]] = arith.muli %[[M]], %{{.*}} : i32
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

// -----

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 8], [8, 0], [16, 0], [32, 0], [64, 0]]}, [128, 16]>
#b = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 1], [0, 2], [8, 4], [0, 8]]}, [16, 16]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0], [64, 0], [0, 8]]}, [128, 16]>

// Two by two warpgroups, those along M first: the low bit of a warpgroup's index chooses 64 rows of A, 2048 bytes apart,
// the other one 8 columns of B, 256 bytes apart.
// CHECK-LABEL: llvm.func @warpgroups_along_both_dimensions
// CHECK-DAG:     %[[ROWS:.*]] = arith.constant 2048 : i32
// CHECK-DAG:     %[[COLUMNS:.*]] = arith.constant 256 : i32
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1 : i32
// CHECK-DAG:     %[[STARTA:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[STARTB:.*]] = arith.constant 4096 : i32
// CHECK-DAG:     %[[WARP:.*]] = nvvm.shfl.sync idx
// CHECK:         %[[GROUP:.*]] = arith.shrui %[[WARP]]
// CHECK-NEXT:    %[[M:.*]] = arith.andi %[[GROUP]], %[[ONE]] : i32
// CHECK-NEXT:    %[[N:.*]] = arith.shrui %[[GROUP]], %[[ONE]] : i32
// CHECK-NEXT:    %[[MOVEA:.*]] = arith.muli %[[M]], %[[ROWS]] : i32
// CHECK-NEXT:    %[[OFFSETA:.*]] = arith.addi %[[STARTA]], %[[MOVEA]] : i32
// CHECK:         llvm.getelementptr %{{.*}}[%[[OFFSETA]]]
// CHECK:         %[[DA:.*]] = arith.extui
// CHECK-NEXT:    %[[MOVEB:.*]] = arith.muli %[[N]], %[[COLUMNS]] : i32
// CHECK-NEXT:    %[[OFFSETB:.*]] = arith.addi %[[STARTB]], %[[MOVEB]] : i32
// CHECK:         llvm.getelementptr %{{.*}}[%[[OFFSETB]]]
// CHECK:         %[[DB:.*]] = arith.extui
// CHECK:         %[[A:.*]] = arith.addi %[[DA]], %{{.*}} : i64
// CHECK-NEXT:    %[[B:.*]] = arith.addi %[[DB]], %{{.*}} : i64
// CHECK-NEXT:    "wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {$0, $1, $2, $3}, $4, $5, 0, 1, 1, 0, 0;", "=f,=f,=f,=f,l,l,~{memory}" %[[A]], %[[B]]
// CHECK-NOT:     wgmma.mma_async
func.func @warpgroups_along_both_dimensions() attributes {tile.kernel, tile.num_warps = 16 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<128x16xbf16, #a>>
  %b = sm.alloc {label = "b", offset = 4096 : i64} : !sm.buffer<1 x tensor<16x16xbf16, #b>>
  %zero = arith.constant dense<0.0> : tensor<128x16xf32, #acc>
  %d = sm.wgmma %a, %b, %zero warps [8, 2] : !sm.buffer<1 x tensor<128x16xbf16, #a>>, !sm.buffer<1 x tensor<16x16xbf16, #b>>, tensor<128x16xf32, #acc>
  %r = sm.wgmma_wait 0 for %d : tensor<128x16xf32, #acc>
  return
}

// -----

#kv = #sm.layout<[1, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0]]}, [16, 64]>
#v = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [0, 64]]}, [16, 128]>
#p = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0], [0, 0]]}, [64, 16]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0], [0, 64]]}, [64, 128]>

// The last two blocks of 64 columns of a slot of a ring, 2048 bytes from its start: one for each warpgroup. A from
// registers, which both warpgroups hold alike: one instruction, whose words do not depend on the warpgroup.
// CHECK-LABEL: llvm.func @part_of_a_slot
// CHECK-SAME:  %[[I:[^:]*]]: i32)
// CHECK-DAG:     %[[BLOCK:.*]] = arith.constant 2048 : i32
// CHECK-DAG:     %[[SLOT:.*]] = arith.constant 6144 : i32
// CHECK-DAG:     %[[BITS:.*]] = arith.constant 4611686293309489152 : i64
// CHECK-DAG:     %[[WARP:.*]] = nvvm.shfl.sync idx
// CHECK:         %[[SKIP:.*]] = arith.muli %[[I]], %[[SLOT]] : i32
// CHECK-NEXT:    %[[KV:.*]] = arith.addi %{{.*}}, %[[SKIP]] : i32
// CHECK-NEXT:    %[[V:.*]] = arith.addi %[[KV]], %[[BLOCK]] : i32
// CHECK-NEXT:    %[[GROUP:.*]] = arith.shrui %[[WARP]]
// CHECK-NEXT:    %[[N:.*]] = arith.shrui %[[GROUP]]
// CHECK-COUNT-4: llvm.bitcast %{{.*}} : vector<2xbf16> to i32
// CHECK:         %[[MOVE:.*]] = arith.muli %[[N]], %[[BLOCK]] : i32
// CHECK-NEXT:    %[[OFFSET:.*]] = arith.addi %[[V]], %[[MOVE]] : i32
// CHECK:         llvm.getelementptr %{{.*}}[%[[OFFSET]]]
// CHECK:         %[[B:.*]] = arith.addi %{{.*}}, %[[BITS]] : i64
// CHECK-NEXT:    "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {$0,{{.*}} $31}, {$32, $33, $34, $35}, $36, 0, 1, 1, 1;", {{.*}} %[[B]] : (i32, i32, i32, i32, i64)
// CHECK-NOT:     wgmma.mma_async
func.func @part_of_a_slot(%x: bf16, %i: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %ring = sm.alloc {label = "kv", offset = 0 : i64} : !sm.buffer<2 x tensor<16x192xbf16, #kv>>
  %kv = sm.slot %ring[%i] : !sm.buffer<2 x tensor<16x192xbf16, #kv>>
  %v = sm.subslot %kv[0, 64] : !sm.buffer<1 x tensor<16x192xbf16, #kv>> -> !sm.buffer<1 x tensor<16x128xbf16, #v>>
  %p = tile.splat %x : bf16 -> tensor<64x16xbf16, #p>
  %zero = arith.constant dense<0.0> : tensor<64x128xf32, #acc>
  %d = sm.wgmma %p, %v, %zero warps [4, 2] : tensor<64x16xbf16, #p>, !sm.buffer<1 x tensor<16x128xbf16, #v>>, tensor<64x128xf32, #acc>
  %r = sm.wgmma_wait 0 for %d : tensor<64x128xf32, #acc>
  return
}

// -----

#kv = #sm.layout<[1, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0]]}, [16, 64]>
#k = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [0, 64]]}, [16, 128]>
#kt = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0], [8, 1], [16, 2], [32, 4], [0, 8], [64, 0]]}, [128, 16]>
#q = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0], [0, 64]]}, [64, 128]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0], [0, 8]]}, [64, 16]>

// Keys 8 to 15 are the second warpgroup's, 1024 bytes on. K runs through rows of 128 bytes in steps of 32 (2 units of 16
// bytes), then on to the next block: 8192 bytes (512 units) further in Q, 2048 (128 units) in the keys.
// CHECK-LABEL: llvm.func @transposed_part
// CHECK-DAG:     %[[KEYS:.*]] = arith.constant 1024 : i32
// CHECK-DAG:     %[[D0:.*]] = arith.constant 4611686293305360384 : i64
// CHECK-DAG:     %[[D6:.*]] = arith.constant 4611686293305360390 : i64
// CHECK-DAG:     %[[D128:.*]] = arith.constant 4611686293305360512 : i64
// CHECK-DAG:     %[[D512:.*]] = arith.constant 4611686293305360896 : i64
// CHECK-DAG:     %[[WARP:.*]] = nvvm.shfl.sync idx
// CHECK:         %[[GROUP:.*]] = arith.shrui %[[WARP]]
// CHECK-NEXT:    %[[N:.*]] = arith.shrui %[[GROUP]]
// CHECK:         %[[A:.*]] = arith.extui
// CHECK-NEXT:    %[[MOVE:.*]] = arith.muli %[[N]], %[[KEYS]] : i32
// CHECK:         %[[B:.*]] = arith.extui
// CHECK:         arith.addi %[[A]], %[[D0]] : i64
// CHECK-NEXT:    arith.addi %[[B]], %[[D0]] : i64
// CHECK-NEXT:    "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {$0, $1, $2, $3}, $4, $5, 1, 1, 1, 0, 0;"
// CHECK-COUNT-2: wgmma.mma_async
// CHECK:         arith.addi %[[A]], %[[D6]] : i64
// CHECK-NEXT:    arith.addi %[[B]], %[[D6]] : i64
// CHECK-NEXT:    wgmma.mma_async
// CHECK:         arith.addi %[[A]], %[[D512]] : i64
// CHECK-NEXT:    arith.addi %[[B]], %[[D128]] : i64
// CHECK-NEXT:    wgmma.mma_async
// CHECK-COUNT-3: wgmma.mma_async
// CHECK-NOT:     wgmma.mma_async
func.func @transposed_part(%x: f32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %q = sm.alloc {label = "q", offset = 0 : i64} : !sm.buffer<1 x tensor<64x128xf16, #q>>
  %kv = sm.alloc {label = "kv", offset = 16384 : i64} : !sm.buffer<1 x tensor<16x192xf16, #kv>>
  %k = sm.subslot %kv[0, 64] : !sm.buffer<1 x tensor<16x192xf16, #kv>> -> !sm.buffer<1 x tensor<16x128xf16, #k>>
  %kt = sm.trans %k : !sm.buffer<1 x tensor<16x128xf16, #k>> -> !sm.buffer<1 x tensor<128x16xf16, #kt>>
  %start = tile.splat %x : f32 -> tensor<64x16xf32, #acc>
  %d = sm.wgmma %q, %kt, %start warps [4, 2] : !sm.buffer<1 x tensor<64x128xf16, #q>>, !sm.buffer<1 x tensor<128x16xf16, #kt>>, tensor<64x16xf32, #acc>
  %r = sm.wgmma_wait 0 for %d : tensor<64x16xf32, #acc>
  return
}
