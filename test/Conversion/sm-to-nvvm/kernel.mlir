// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

// What the launcher guarantees about arguments reaches LLVM; the function's own attributes stay.
// CHECK-LABEL: llvm.func @keeps_attributes_and_alignment
// CHECK-SAME:  !llvm.ptr<1> {llvm.align = 16 : i64, tile.divisibility = 48 : i32}
// CHECK-SAME:  i32 {tile.divisibility = 16 : i32}
// CHECK-SAME:  f32)
// CHECK-SAME:  nvvm.kernel
// CHECK-SAME:  nvvm.reqntid = array<i32: 128, 1, 1>
// CHECK-SAME:  sm.shared_bytes = 0 : i64
// CHECK-SAME:  tile.kernel
// CHECK:         llvm.return
func.func @keeps_attributes_and_alignment(%p: !tile.ptr<f32> {tile.divisibility = 48 : i32},
                                          %n: i32 {tile.divisibility = 16 : i32}, %x: f32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, sm.shared_bytes = 0 : i64} {
  return
}

// -----

// One symbol for all kernels of a module, and only if one of them uses it.
// CHECK:       llvm.mlir.global external @mla_shared() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
// CHECK-NOT:   llvm.mlir.global
// CHECK-LABEL: llvm.func @first_with_shared_memory
// CHECK:         llvm.mlir.addressof @mla_shared
// CHECK-LABEL: llvm.func @second_with_shared_memory
// CHECK:         llvm.mlir.addressof @mla_shared
#shared = #sm.layout<[1], {offset = [[1], [2], [4], [8], [16]]}, [32]>
#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
func.func @first_with_shared_memory() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %b = sm.alloc {label = "b", offset = 0 : i64} : !sm.buffer<1 x tensor<32xf32, #shared>>
  %t = sm.load_shared %b : !sm.buffer<1 x tensor<32xf32, #shared>> -> tensor<32xf32, #regs>
  return
}
func.func @second_with_shared_memory() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %b = sm.alloc {label = "b", offset = 0 : i64} : !sm.buffer<1 x tensor<32xf32, #shared>>
  %t = sm.load_shared %b : !sm.buffer<1 x tensor<32xf32, #shared>> -> tensor<32xf32, #regs>
  return
}

// -----

// CHECK-NOT:   @mla_shared
// CHECK-LABEL: llvm.func @program_indices
// CHECK:         nvvm.read.ptx.sreg.ctaid.y : i32
// CHECK:         nvvm.read.ptx.sreg.nctaid.z : i32
func.func @program_indices() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %i = tile.program_id 1
  %n = tile.num_programs 2
  return
}

// -----

// Large CTAs are told that one of them per SM is enough.
// CHECK-LABEL: llvm.func @sixteen_warps
// CHECK-SAME:  nvvm.minctasm = 1
func.func @sixteen_warps() attributes {tile.kernel, tile.num_warps = 16 : i32} {
  return
}

// -----

// A step keeps 128 carried and 128 loaded registers of a thread: one CTA, which ptxas would not dare. What is computed element by
// element on the way takes none.
#regs = #sm.layout<[1], {register = [[1], [2], [512], [1024], [2048], [4096], [8192]], lane = [[4], [8], [16], [32], [64]], warp = [[128], [256]]}, [16384]>
// CHECK-LABEL: llvm.func @loads_are_under_way_together
// CHECK-SAME:  nvvm.minctasm = 1
func.func @loads_are_under_way_together(%p: !tile.ptr<f32>, %n: i32, %decay: f32) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %r = tile.range 0 to 16384 : tensor<16384xi32, #regs>
  %base = tile.splat %p : !tile.ptr<f32> -> tensor<16384x!tile.ptr<f32>, #regs>
  %ptrs = tile.addptr %base, %r : tensor<16384x!tile.ptr<f32>, #regs>, tensor<16384xi32, #regs>
  %first = tile.load %ptrs : tensor<16384x!tile.ptr<f32>, #regs>
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %d = tile.splat %decay : f32 -> tensor<16384xf32, #regs>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %first) -> (tensor<16384xf32, #regs>) : i32 {
    %next = tile.load %ptrs : tensor<16384x!tile.ptr<f32>, #regs>
    tile.store %ptrs, %sum : tensor<16384x!tile.ptr<f32>, #regs>
    %decayed = arith.mulf %sum, %d : tensor<16384xf32, #regs>
    %new = arith.addf %decayed, %next : tensor<16384xf32, #regs>
    scf.yield %new : tensor<16384xf32, #regs>
  }
  tile.store %ptrs, %last : tensor<16384x!tile.ptr<f32>, #regs>
  return
}

// -----

// Three tiles of 32 registers in eight warps: two CTAs fit.
#regs = #sm.layout<[1], {register = [[1], [2], [1024], [2048], [4096]], lane = [[4], [8], [16], [32], [64]], warp = [[128], [256], [512]]}, [8192]>
// CHECK-LABEL: llvm.func @a_few_registers_cost_no_cta
// CHECK-SAME:  nvvm.minctasm = 2
func.func @a_few_registers_cost_no_cta(%p: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %r = tile.range 0 to 8192 : tensor<8192xi32, #regs>
  %base = tile.splat %p : !tile.ptr<f32> -> tensor<8192x!tile.ptr<f32>, #regs>
  %ptrs = tile.addptr %base, %r : tensor<8192x!tile.ptr<f32>, #regs>, tensor<8192xi32, #regs>
  %x = tile.load %ptrs : tensor<8192x!tile.ptr<f32>, #regs>
  %y = tile.load %ptrs : tensor<8192x!tile.ptr<f32>, #regs>
  %z = tile.load %ptrs : tensor<8192x!tile.ptr<f32>, #regs>
  %xy = arith.mulf %x, %y : tensor<8192xf32, #regs>
  %yz = arith.mulf %y, %z : tensor<8192xf32, #regs>
  %xz = arith.mulf %x, %z : tensor<8192xf32, #regs>
  tile.store %ptrs, %xy : tensor<8192x!tile.ptr<f32>, #regs>
  tile.store %ptrs, %yz : tensor<8192x!tile.ptr<f32>, #regs>
  tile.store %ptrs, %xz : tensor<8192x!tile.ptr<f32>, #regs>
  return
}

// -----

// CHECK-LABEL: llvm.func @small_kernels_are_left_to_ptxas
// CHECK-NOT:   minctasm
func.func @small_kernels_are_left_to_ptxas(%p: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %x = tile.load %p : !tile.ptr<f32>
  tile.store %p, %x : !tile.ptr<f32>
  return
}
