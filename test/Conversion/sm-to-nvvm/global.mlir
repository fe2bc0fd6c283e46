// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

#regs = #sm.layout<[1], {register = [[1], [2], [4]], lane = [[8], [16], [32], [64], [128]], warp = []}, [256]>

// Eight bf16 are one access of four words; without a mask it is an ordinary load that LLVM may move.
// CHECK-LABEL: llvm.func @unmasked_accesses_are_vectors
// CHECK:         llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
// CHECK-NOT:     llvm.load
// CHECK:         llvm.store %{{.*}}, %{{.*}} {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<1>
// CHECK-NOT:     llvm.store
func.func @unmasked_accesses_are_vectors(%p: !tile.ptr<bf16>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 256 : tensor<256xi32, #regs>
  %s = tile.splat %p : !tile.ptr<bf16> -> tensor<256x!tile.ptr<bf16>, #regs>
  %a = tile.addptr %s, %r : tensor<256x!tile.ptr<bf16>, #regs>, tensor<256xi32, #regs>
  %v = tile.load %a {access = #tile.access<dim = 0, elems = 8>} : tensor<256x!tile.ptr<bf16>, #regs>
  tile.store %a, %v {access = #tile.access<dim = 0, elems = 8>} : tensor<256x!tile.ptr<bf16>, #regs>
  return
}

// -----

#regs = #sm.layout<[1], {register = [[1], [2]], lane = [[4], [8], [16], [32], [64]], warp = []}, [128]>

// Predicated: nothing is read where the mask is false, and the registers start as `other`.
// CHECK-LABEL: llvm.func @masked_accesses_are_predicated
// CHECK-SAME:  %[[X:arg[0-9]]]: f32)
// CHECK:         %[[MASK:.*]] = arith.cmpi slt
// CHECK:         llvm.inline_asm has_side_effects "@$9 ld.global.v4.b32 {$0, $1, $2, $3}, [$8];", "=f,=f,=f,=f,0,1,2,3,l,b" %[[X]], %[[X]], %[[X]], %[[X]], %{{.*}}, %[[MASK]]
// CHECK:         llvm.inline_asm has_side_effects "@$1 st.global.v4.b32 [$0], {$2, $3, $4, $5};", "l,b,f,f,f,f" %{{.*}}, %[[MASK]],
func.func @masked_accesses_are_predicated(%p: !tile.ptr<f32>, %n: i32, %x: f32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 128 : tensor<128xi32, #regs>
  %s = tile.splat %p : !tile.ptr<f32> -> tensor<128x!tile.ptr<f32>, #regs>
  %a = tile.addptr %s, %r : tensor<128x!tile.ptr<f32>, #regs>, tensor<128xi32, #regs>
  %ns = tile.splat %n : i32 -> tensor<128xi32, #regs>
  %m = arith.cmpi slt, %r, %ns : tensor<128xi32, #regs>
  %o = tile.splat %x : f32 -> tensor<128xf32, #regs>
  %v = tile.load %a, mask %m, other %o {access = #tile.access<dim = 0, elems = 4>} : tensor<128x!tile.ptr<f32>, #regs>
  tile.store %a, %v, mask %m {access = #tile.access<dim = 0, elems = 4>} : tensor<128x!tile.ptr<f32>, #regs>
  return
}

// -----

#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = [[0]]}, [32]>

// A mask of ones is no mask. Both warps hold the tile: warp 0 stores it.
// CHECK-LABEL: llvm.func @one_copy_is_stored
// CHECK:         %[[BIT:.*]] = arith.constant 32 : i32
// CHECK:         %[[WARP:.*]] = arith.andi %{{.*}}, %[[BIT]]
// CHECK:         %[[OWNER:.*]] = arith.cmpi eq, %[[WARP]],
// CHECK:         llvm.load %{{.*}} {alignment = 1 : i64} : !llvm.ptr<1> -> i8
// CHECK:         arith.cmpi ne
// CHECK:         "@$1 st.global.b8 [$0], $2;", "l,b,h" %{{.*}}, %[[OWNER]],
func.func @one_copy_is_stored(%p: !tile.ptr<i1>) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %r = tile.range 0 to 32 : tensor<32xi32, #regs>
  %s = tile.splat %p : !tile.ptr<i1> -> tensor<32x!tile.ptr<i1>, #regs>
  %a = tile.addptr %s, %r : tensor<32x!tile.ptr<i1>, #regs>, tensor<32xi32, #regs>
  %true = arith.constant dense<true> : tensor<32xi1, #regs>
  %v = tile.load %a, mask %true : tensor<32x!tile.ptr<i1>, #regs>
  tile.store %a, %v, mask %true : tensor<32x!tile.ptr<i1>, #regs>
  return
}

// -----

// Every thread loads a scalar, thread 0 stores it.
// CHECK-LABEL: llvm.func @scalars
// CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[M:.*]]: i1)
// CHECK:         %[[FIRST:.*]] = arith.cmpi eq
// CHECK:         %[[V:.*]] = llvm.load %[[P]] {alignment = 8 : i64} : !llvm.ptr<1> -> i64
// CHECK:         %[[BOTH:.*]] = arith.andi %[[M]], %[[FIRST]] : i1
// CHECK:         "@$1 st.global.b64 [$0], $2;", "l,b,l" %[[P]], %[[BOTH]], %[[V]]
func.func @scalars(%p: !tile.ptr<i64>, %m: i1) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %v = tile.load %p : !tile.ptr<i64>
  tile.store %p, %v, mask %m : !tile.ptr<i64>
  return
}

// -----

#regs = #sm.layout<[1], {register = [[1], [2]], lane = [[4], [8], [16], [32], [64]], warp = []}, [128]>

// Hints are part of the instruction; of two, the cache operator. Nothing is plain any more.
// CHECK-LABEL: llvm.func @access_options
// CHECK-NOT:     llvm.load
// CHECK:         "ld.global.cg.v4.b32 {$0, $1, $2, $3}, [$4];", "=f,=f,=f,=f,l"
// CHECK:         "@$9 ld.global.L1::evict_last.v4.b32 {$0, $1, $2, $3}, [$8];", "=f,=f,=f,=f,0,1,2,3,l,b"
// CHECK:         "ld.volatile.global.v4.b32 {$0, $1, $2, $3}, [$4];"
// CHECK:         "st.global.cs.v4.b32 [$0], {$1, $2, $3, $4};", "l,f,f,f,f"
// CHECK:         "@$1 st.global.L1::evict_first.v4.b32 [$0], {$2, $3, $4, $5};", "l,b,f,f,f,f"
// CHECK-NOT:     llvm.store
func.func @access_options(%p: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 128 : tensor<128xi32, #regs>
  %s = tile.splat %p : !tile.ptr<f32> -> tensor<128x!tile.ptr<f32>, #regs>
  %a = tile.addptr %s, %r : tensor<128x!tile.ptr<f32>, #regs>, tensor<128xi32, #regs>
  %n = arith.constant dense<5> : tensor<128xi32, #regs>
  %mask = arith.cmpi slt, %r, %n : tensor<128xi32, #regs>
  %0 = tile.load %a {access = #tile.access<dim = 0, elems = 4>, cache = #tile<cache cg>, evict = #tile<evict first>} : tensor<128x!tile.ptr<f32>, #regs>
  %1 = tile.load %a, mask %mask {access = #tile.access<dim = 0, elems = 4>, evict = #tile<evict last>} : tensor<128x!tile.ptr<f32>, #regs>
  %2 = tile.load %a {access = #tile.access<dim = 0, elems = 4>, is_volatile} : tensor<128x!tile.ptr<f32>, #regs>
  tile.store %a, %0 {access = #tile.access<dim = 0, elems = 4>, cache = #tile<cache cs>} : tensor<128x!tile.ptr<f32>, #regs>
  tile.store %a, %1, mask %mask {access = #tile.access<dim = 0, elems = 4>, evict = #tile<evict first>} : tensor<128x!tile.ptr<f32>, #regs>
  tile.store %a, %2, mask %mask {access = #tile.access<dim = 0, elems = 4>, evict = #tile<evict first>} : tensor<128x!tile.ptr<f32>, #regs>
  return
}
