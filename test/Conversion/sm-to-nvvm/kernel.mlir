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
