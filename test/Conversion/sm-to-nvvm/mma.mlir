// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 8]>
#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [1, 0], [2, 8], [4, 16], [8, 0]]}, [16, 32]>
#b = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [1, 0], [2, 0], [4, 0], [8, 0], [16, 0]]}, [32, 8]>

// Two steps along K: the fragments of the second are read before the product of the first. One atom along N: one
// ldmatrix reads both steps of B, transposed.
// CHECK-LABEL: llvm.func @operands_in_shared_memory
// CHECK:         nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<row>, num = 4 : i32
// CHECK:         nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<col>, num = 4 : i32
// CHECK:         nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<row>, num = 4 : i32
// CHECK-NOT:     nvvm.ldmatrix
// CHECK:         %[[FIRST:.*]] = nvvm.mma.sync A[{{.*}}] B[{{.*}}] C[%[[ZERO:.*]], %[[ZERO]], %[[ZERO]], %[[ZERO]]] {{.*}}multiplicandAPtxType = #nvvm.mma_type<bf16>{{.*}}shape = #nvvm.shape<m = 16, n = 8, k = 16>
// CHECK:         %[[C0:.*]] = llvm.extractvalue %[[FIRST]][0]
// CHECK:         %[[C1:.*]] = llvm.extractvalue %[[FIRST]][1]
// CHECK:         %[[C2:.*]] = llvm.extractvalue %[[FIRST]][2]
// CHECK:         %[[C3:.*]] = llvm.extractvalue %[[FIRST]][3]
// CHECK:         nvvm.mma.sync A[{{.*}}] B[{{.*}}] C[%[[C0]], %[[C1]], %[[C2]], %[[C3]]]
// CHECK-NOT:     nvvm.mma.sync
func.func @operands_in_shared_memory() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<16x32xbf16, #a>>
  %b = sm.alloc {label = "b", offset = 1024 : i64} : !sm.buffer<1 x tensor<32x8xbf16, #b>>
  %zero = arith.constant dense<0.0> : tensor<16x8xf32, #acc>
  %d = sm.mma %a, %b, %zero warps [1, 1] : !sm.buffer<1 x tensor<16x32xbf16, #a>>, !sm.buffer<1 x tensor<32x8xbf16, #b>>, tensor<16x8xf32, #acc>
  return
}

// -----

#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 16]>
#oa = #sm.layout<[1, 3], {register = [[0, 1], [8, 0], [0, 8]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 16]>
#sa = #sm.layout<[1, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 8], [8, 0]]}, [16, 16]>
#sb = #sm.layout<[3, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 8], [8, 0]]}, [16, 16]>

// K = 3 segments of 16. A in registers is packed, two atoms of B come with one ldmatrix per step; f16 operands are
// vectors.
// CHECK-LABEL: llvm.func @segments_and_register_operands
// CHECK-COUNT-3: nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<row>, num = 4 : i32
// CHECK-NOT:     nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<row>
// CHECK-COUNT-6: nvvm.mma.sync {{.*}} : (vector<2xf16>, vector<2xf16>, f32) -> !llvm.struct<(f32, f32, f32, f32)>
// CHECK-NOT:     nvvm.mma.sync
func.func @segments_and_register_operands() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<16x48xf16, #sa>>
  %b = sm.alloc {label = "b", offset = 2048 : i64} : !sm.buffer<1 x tensor<48x16xf16, #sb>>
  %ra = sm.load_shared %a : !sm.buffer<1 x tensor<16x48xf16, #sa>> -> tensor<16x48xf16, #oa>
  %zero = arith.constant dense<0.0> : tensor<16x16xf32, #acc>
  %d = sm.mma %ra, %b, %zero warps [1, 1] : tensor<16x48xf16, #oa>, !sm.buffer<1 x tensor<48x16xf16, #sb>>, tensor<16x16xf32, #acc>
  return
}

// -----

#acc = #sm.layout<[1, 1], {register = [[0, 1], [0, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [8, 8]>
#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [1, 0], [2, 0], [4, 0]]}, [8, 4]>
#ob = #sm.layout<[1, 1], {register = [[1, 0], [0, 0]], lane = [[2, 0], [0, 0], [0, 1], [0, 2], [0, 4]], warp = []}, [4, 8]>

// K = 4: lanes with bit 1 set hold copies of k, and the upper half of the atom is a copy. Both operands get zeros
// there, since a NaN times zero is no zero.
// CHECK-LABEL: llvm.func @copies_of_k_are_cleared
// CHECK:         %[[BIT:.*]] = arith.constant 2 : i32
// CHECK:         %[[LANE:.*]] = arith.andi %{{.*}}, %[[BIT]]
// CHECK:         %[[HOLDS:.*]] = arith.cmpi eq, %[[LANE]], %[[ZERO:.*]] : i32
// CHECK:         %[[A0:.*]] = arith.select %[[HOLDS]], %{{.*}}, %[[ZERO]] : i32
// CHECK:         %[[A1:.*]] = arith.select %[[HOLDS]], %{{.*}}, %[[ZERO]] : i32
// CHECK:         %[[B0:.*]] = arith.select %[[HOLDS]], %{{.*}}, %[[ZERO]] : i32
// CHECK:         nvvm.mma.sync A[%[[A0]], %[[A1]], %[[ZERO]], %[[ZERO]]] B[%[[B0]], %[[ZERO]]]
func.func @copies_of_k_are_cleared(%p: !tile.ptr<bf16>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<8x4xbf16, #a>>
  %bp = tile.splat %p : !tile.ptr<bf16> -> tensor<4x8x!tile.ptr<bf16>, #ob>
  %b = tile.load %bp : tensor<4x8x!tile.ptr<bf16>, #ob>
  %zero = arith.constant dense<0.0> : tensor<8x8xf32, #acc>
  %d = sm.mma %a, %b, %zero warps [1, 1] : !sm.buffer<1 x tensor<8x4xbf16, #a>>, tensor<4x8xbf16, #ob>, tensor<8x8xf32, #acc>
  return
}

// -----

#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 16]>
#wide = #sm.layout<[1, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 8], [8, 0]]}, [16, 16]>
#tall = #sm.layout<[3, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 1], [0, 2], [8, 4], [0, 8]]}, [16, 16]>
#one = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 8], [8, 0]]}, [16, 16]>
!slot = !sm.buffer<1 x tensor<16x48xbf16, #wide>>

// Of the transposed tile K is contiguous, of its columns N: ldmatrix with and without transposition. Columns 16 to 31 start 512 bytes
// behind the tile.
// CHECK-LABEL: llvm.func @transposed_slots_and_parts
// CHECK-DAG:     %[[START:.*]] = arith.constant 1024 : i32
// CHECK-DAG:     %[[SKIP:.*]] = arith.constant 512 : i32
// CHECK:         arith.addi %[[START]], %[[SKIP]] : i32
// CHECK-COUNT-7: nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<row>, num = 4 : i32
// CHECK-NOT:     nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<row>
// CHECK:         nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<col>, num = 4 : i32
// CHECK-NOT:     nvvm.ldmatrix
func.func @transposed_slots_and_parts() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = sm.alloc {label = "s", offset = 1024 : i64} : !slot
  %a = sm.alloc {label = "a", offset = 4096 : i64} : !sm.buffer<1 x tensor<16x16xbf16, #one>>
  %zero = arith.constant dense<0.0> : tensor<16x16xf32, #acc>
  %v = sm.subslot %s[0, 16] : !slot -> !sm.buffer<1 x tensor<16x16xbf16, #one>>
  %t = sm.trans %s : !slot -> !sm.buffer<1 x tensor<48x16xbf16, #tall>>
  %d = sm.mma %s, %t, %zero warps [1, 1] : !slot, !sm.buffer<1 x tensor<48x16xbf16, #tall>>, tensor<16x16xf32, #acc>
  %e = sm.mma %v, %v, %d warps [1, 1] : !sm.buffer<1 x tensor<16x16xbf16, #one>>, !sm.buffer<1 x tensor<16x16xbf16, #one>>, tensor<16x16xf32, #acc>
  return
}

// -----

#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 8]>
#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [0, 64]]}, [16, 128]>
#b = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0], [64, 0]]}, [128, 8]>

// Eight steps along K and one atom: odd steps add to an accumulator of their own, which begins at zero, so that a
// product need not wait for the one before. Both are added at the end.
// CHECK-LABEL: llvm.func @few_atoms_get_two_chains
// CHECK-SAME:    %[[START:[^:]+]]: f32
// CHECK:         %[[EVEN:.*]] = nvvm.mma.sync A[{{.*}}] B[{{.*}}] C[%[[START]], %[[START]], %[[START]], %[[START]]]
// CHECK:         %[[E0:.*]] = llvm.extractvalue %[[EVEN]][0]
// CHECK:         nvvm.mma.sync A[{{.*}}] B[{{.*}}] C[%[[ZERO:[^,]+]], %[[ZERO]], %[[ZERO]], %[[ZERO]]]
// CHECK:         nvvm.mma.sync A[{{.*}}] B[{{.*}}] C[%[[E0]],
// CHECK-COUNT-5: nvvm.mma.sync
// CHECK-NOT:     nvvm.mma.sync
// CHECK-COUNT-4: arith.addf
// CHECK-NOT:     arith.addf
// CHECK:         llvm.return
func.func @few_atoms_get_two_chains(%start: f32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<16x128xbf16, #a>>
  %b = sm.alloc {label = "b", offset = 4096 : i64} : !sm.buffer<1 x tensor<128x8xbf16, #b>>
  %acc = tile.splat %start : f32 -> tensor<16x8xf32, #acc>
  %d = sm.mma %a, %b, %acc warps [1, 1] : !sm.buffer<1 x tensor<16x128xbf16, #a>>, !sm.buffer<1 x tensor<128x8xbf16, #b>>, tensor<16x8xf32, #acc>
  return
}
