// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [1, 0], [2, 8], [4, 16]]}, [8, 32]>
#regs = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [0, 16], [1, 0], [2, 0], [4, 0]], warp = []}, [8, 32]>
!buffer = !sm.buffer<3 x tensor<8x32xbf16, #shared>>
!slot = !sm.buffer<1 x tensor<8x32xbf16, #shared>>
!ptrs = tensor<8x32x!tile.ptr<bf16>, #regs>

// Slot 2 of tiles of 512 bytes; 16-byte pieces bypass L1; a false mask copies no source byte; a false predicate
// copies nothing.
// CHECK-LABEL: llvm.func @copies_16_bytes
// CHECK-SAME:  %[[I:arg[0-9]]]: i32, %[[M:arg[0-9]]]: i1, %[[IF:arg[0-9]]]: i1)
// CHECK:         %[[SKIP:.*]] = arith.muli %[[I]], %c512_i32
// CHECK:         arith.addi %c1024_i32, %[[SKIP]]
// CHECK:         %[[BYTES:.*]] = arith.select %[[M]], %c16_i32, %c0_i32
// CHECK:         llvm.inline_asm has_side_effects "@$3 cp.async.cg.shared.global [$0 + 0], [$1], 16, $2;", "r,l,r,b" %{{.*}}, %{{.*}}, %[[BYTES]], %[[IF]]
// CHECK-NOT:     cp.async.cg
// CHECK:         nvvm.cp.async.commit.group
// CHECK-NEXT:    nvvm.cp.async.wait.group 1
// CHECK-NEXT:    nvvm.barrier
func.func @copies_16_bytes(%p: !tile.ptr<bf16>, %i: i32, %m: i1, %if: i1) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %b = sm.alloc {label = "b", offset = 1024 : i64} : !buffer
  %s = sm.slot %b[%i] : !buffer
  %t = tile.splat %p : !tile.ptr<bf16> -> !ptrs
  %mask = tile.splat %m : i1 -> tensor<8x32xi1, #regs>
  sm.async_copy %t to %s, mask %mask if %if {access = #tile.access<dim = 1, elems = 8>} : !ptrs to !slot
  sm.commit_group
  sm.wait_group 1 for %b : !buffer
  sm.barrier
  return
}

// -----

#shared = #sm.layout<[1], {offset = [[1], [2], [4], [8], [16], [32]]}, [64]>
#regs = #sm.layout<[1], {register = [[1]], lane = [[2], [4], [8], [16], [32]], warp = []}, [64]>
!slot = !sm.buffer<1 x tensor<64xbf16, #shared>>
!ptrs = tensor<64x!tile.ptr<bf16>, #regs>

// Pieces of 4 bytes go through L1; narrower ones through registers, written as wide as shared memory allows.
// CHECK-LABEL: llvm.func @narrow_pieces
// CHECK:         "cp.async.ca.shared.global [$0 + 0], [$1], 4;", "r,l"
// CHECK-NOT:     cp.async
// CHECK-COUNT-2: llvm.load %{{.*}} {alignment = 2 : i64} : !llvm.ptr<1> -> i16
// CHECK:         llvm.store %{{.*}}, %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr<3>
func.func @narrow_pieces(%p: !tile.ptr<bf16>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %b = sm.alloc {label = "b", offset = 0 : i64} : !slot
  %r = tile.range 0 to 64 : tensor<64xi32, #regs>
  %t = tile.splat %p : !tile.ptr<bf16> -> !ptrs
  %a = tile.addptr %t, %r : !ptrs, tensor<64xi32, #regs>
  sm.async_copy %a to %b {access = #tile.access<dim = 0, elems = 2>} : !ptrs to !slot
  sm.async_copy %a to %b : !ptrs to !slot
  return
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 8], [8, 0]]}, [16, 16]>
#operand = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 16]>
#rows = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
!slot = !sm.buffer<1 x tensor<16x16xbf16, #shared>>

// A fragment layout is read by one ldmatrix, plain rows by a vector load.
// CHECK-LABEL: llvm.func @reads_tiles
// CHECK:         nvvm.ldmatrix %{{.*}} {eltType = {{.*}}b16{{.*}}, layout = #nvvm.mma_layout<row>, num = 4 : i32
// CHECK-NOT:     nvvm.ldmatrix
// CHECK:         llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xi32>
// CHECK-NOT:     llvm.load
func.func @reads_tiles() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %b = sm.alloc {label = "b", offset = 0 : i64} : !slot
  %f = sm.load_shared %b : !slot -> tensor<16x16xbf16, #operand>
  %r = sm.load_shared %b : !slot -> tensor<16x16xbf16, #rows>
  return
}

// -----

#a = #sm.layout<[1], {register = [[1], [2]], lane = [[4], [8], [16], [32], [64]], warp = []}, [128]>
#swapped = #sm.layout<[1], {register = [[2], [1]], lane = [[4], [8], [16], [32], [64]], warp = []}, [128]>
#strided = #sm.layout<[1], {register = [[32], [64]], lane = [[1], [2], [4], [8], [16]], warp = []}, [128]>

// Registers of the same thread are renamed; other conversions go through scratch memory with one barrier.
// CHECK-LABEL: llvm.func @converts_layouts
// CHECK-NOT:     ptr<3>
// CHECK:         %[[X:.*]] = llvm.load {{.*}} : !llvm.ptr<1> -> f32
// CHECK:         llvm.store %{{.*}} {alignment = {{.*}}} : {{.*}}, !llvm.ptr<3>
// CHECK:         nvvm.barrier
// CHECK-NOT:     nvvm.barrier
// CHECK:         llvm.load %{{.*}} : !llvm.ptr<3>
func.func @converts_layouts(%p: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %p : !tile.ptr<f32> -> tensor<128x!tile.ptr<f32>, #a>
  %v = tile.load %t : tensor<128x!tile.ptr<f32>, #a>
  %w = sm.convert_layout %v : tensor<128xf32, #a> -> tensor<128xf32, #swapped>
  %s = sm.convert_layout %w {sm.scratch_offset = 0 : i64} : tensor<128xf32, #swapped> -> tensor<128xf32, #strided>
  return
}

// -----

// A tile that each warp holds whole, an element per lane, reaches other lanes by shuffles: no barrier, no shared memory.
// CHECK-LABEL: llvm.func @within_warps
// CHECK-NOT:   {{barrier|ptr<3>}}
// CHECK-COUNT-2: nvvm.shfl.sync idx
// CHECK-NOT:   {{barrier|ptr<3>|nvvm.shfl}}
// CHECK:       llvm.return
#lanes = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = [[0], [0]]}, [32]>
#rows = #sm.layout<[1], {register = [[16]], lane = [[0], [0], [0], [1], [2]], warp = [[4], [8]]}, [32]>
func.func @within_warps(%p: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %t = tile.splat %p : !tile.ptr<f32> -> tensor<32x!tile.ptr<f32>, #lanes>
  %v = tile.load %t : tensor<32x!tile.ptr<f32>, #lanes>
  %w = sm.convert_layout %v : tensor<32xf32, #lanes> -> tensor<32xf32, #rows>
  %u = tile.splat %p : !tile.ptr<f32> -> tensor<32x!tile.ptr<f32>, #rows>
  tile.store %u, %w : tensor<32x!tile.ptr<f32>, #rows>
  return
}
