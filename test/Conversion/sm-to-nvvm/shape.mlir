// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

// Lanes move by 4, warps by 128: both by the same shift, so that the thread's part is one shift. Registers add
// constants.
// CHECK-LABEL: llvm.func @range_is_thread_part_plus_register
// CHECK:         %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x range <i32, 0, 64> : i32
// CHECK:         %[[TWO:.*]] = arith.constant 2 : i32
// CHECK:         %[[PART:.*]] = arith.shli %[[TID]], %[[TWO]]
// CHECK:         %[[OFFSET:.*]] = arith.constant 10 : i32
// CHECK:         arith.addi %[[PART]], %[[OFFSET]]
// CHECK-COUNT-3: arith.addi %[[PART]]
// CHECK-NOT:     arith
#regs = #sm.layout<[1], {register = [[1], [2]], lane = [[4], [8], [16], [32], [64]], warp = [[128]]}, [256]>
func.func @range_is_thread_part_plus_register() attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %r = tile.range 10 to 266 : tensor<256xi32, #regs>
  return
}

// -----

// Register bit 0 flips a bit that lane 0 moves too: XOR, not addition. The segment's origin is added.
// CHECK-LABEL: llvm.func @range_with_shared_bits_and_segments
// CHECK:         %[[PART:.*]] = nvvm.read.ptx.sreg.tid.x range <i32, 0, 32> : i32
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1 : i32
// CHECK-DAG:     %[[SEGMENT:.*]] = arith.constant 32 : i32
// CHECK:         %[[FLIPPED:.*]] = arith.xori %[[PART]], %[[ONE]]
// CHECK:         arith.addi %[[PART]], %[[SEGMENT]]
// CHECK:         arith.addi %[[FLIPPED]], %[[SEGMENT]]
#regs = #sm.layout<[3], {register = [[1]], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
func.func @range_with_shared_bits_and_segments() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 96 : tensor<96xi32, #regs>
  return
}

// -----

// Shape changes emit nothing; arithmetic on a repeated row is done once per distinct register.
// CHECK-LABEL: llvm.func @shape_changes_rename_registers
// CHECK-SAME:  (%[[X:arg[0-9]]]: i32)
// CHECK:         %[[ROW:.*]] = arith.shrui %{{.*}}, %{{.*}} : i32
// CHECK:         %[[SUM:.*]] = arith.addi %[[ROW]], %[[X]] : i32
// CHECK-NOT:     arith.addi
#tile = #sm.layout<[1, 1], {register = [[0, 1], [0, 2]], lane = [[0, 4], [0, 8], [1, 0], [2, 0], [4, 0]], warp = []}, [8, 16]>
#column = #sm.layout<[1, 1], {register = [], lane = [[0, 0], [0, 0], [1, 0], [2, 0], [4, 0]], warp = []}, [8, 1]>
#rows = #sm.layout<[1], {register = [], lane = [[0], [0], [1], [2], [4]], warp = []}, [8]>
func.func @shape_changes_rename_registers(%x: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 8 : tensor<8xi32, #rows>
  %c = tile.expand_dims %r {axis = 1 : i32} : tensor<8xi32, #rows> -> tensor<8x1xi32, #column>
  %t = tile.broadcast %c : tensor<8x1xi32, #column> -> tensor<8x16xi32, #tile>
  %s = tile.splat %x : i32 -> tensor<8x16xi32, #tile>
  %sum = arith.addi %t, %s : tensor<8x16xi32, #tile>
  return
}

// -----

// Offsets keep their width: getelementptr extends them with their sign. An i1 takes a byte.
// CHECK-LABEL: llvm.func @pointers_move_by_elements
// CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[Q:.*]]: !llvm.ptr<1>, %[[I:.*]]: i32, %[[J:.*]]: i64)
// CHECK:         llvm.getelementptr %[[P]][%[[I]]] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, bf16
// CHECK:         llvm.getelementptr %[[Q]][%[[J]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i8
// CHECK:         llvm.getelementptr %[[P]][%[[J]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
func.func @pointers_move_by_elements(%p: !tile.ptr<bf16>, %q: !tile.ptr<i1>, %i: i32, %j: i64)
    attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = tile.addptr %p, %i : !tile.ptr<bf16>, i32
  %b = tile.addptr %q, %j : !tile.ptr<i1>, i64
  %c = tile.ptr_cast %p : !tile.ptr<bf16> -> !tile.ptr<f32>
  %d = tile.addptr %c, %j : !tile.ptr<f32>, i64
  return
}

// -----

// Transposed tiles and parts of tiles are registers of their source: no op for them.
// CHECK-LABEL: llvm.func @transposed_tiles_and_parts
// CHECK-COUNT-4: llvm.load
// CHECK-NOT:     llvm.load
// CHECK-COUNT-2: arith.negf
// CHECK-NOT:     arith.negf
// CHECK:         llvm.return
#tile = #sm.layout<[1, 2], {register = [[0, 16]], lane = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0]], warp = []}, [2, 32]>
#trans = #sm.layout<[2, 1], {register = [[16, 0]], lane = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 1]], warp = []}, [32, 2]>
#part = #sm.layout<[1, 2], {register = [], lane = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0]], warp = []}, [2, 16]>
func.func @transposed_tiles_and_parts(%x: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<2x64x!tile.ptr<f32>, #tile>
  %v = tile.load %s : tensor<2x64x!tile.ptr<f32>, #tile>
  %t = tile.trans %v : tensor<2x64xf32, #tile> -> tensor<64x2xf32, #trans>
  %u = tile.slice %v [0, 16] : tensor<2x64xf32, #tile> -> tensor<2x32xf32, #part>
  %n = arith.negf %u : tensor<2x32xf32, #part>
  return
}
