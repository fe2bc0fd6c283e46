// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(convert-sm-to-nvvm,canonicalize)' | FileCheck %s

#shared = #sm.layout<[1, 9], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32]]}, [8, 64]>
!ring = !sm.buffer<2 x tensor<8x576xbf16, #shared>>
!slot = !sm.buffer<1 x tensor<8x576xbf16, #shared>>

// Slot 1 of a ring, 9 segments of 1024 bytes. 8 threads write the 128 bytes of a row in pieces of 16; a warp covers 4
// rows, then the next 4, 512 bytes on, where the swizzle differs by 64. Each piece asks for its own row, whose number is
// compared as it is: a negative `first` zeroes everything.
// CHECK-LABEL: llvm.func @segments_of_columns
// CHECK-SAME:  %[[I:[^:]*]]: i32, %[[FIRST:[^:]*]]: i32)
// CHECK-DAG:     %[[BYTES:.*]] = arith.constant 9216 : i32
// CHECK-DAG:     %[[FOUR:.*]] = arith.constant 4 : i32
// CHECK-DAG:     %[[FLIP:.*]] = arith.constant 64 : i32
// CHECK-DAG:     %[[THREE:.*]] = arith.constant 3 : i32
// CHECK-DAG:     %[[MASK:.*]] = arith.constant 24 : i32
// CHECK:         %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x
// CHECK:         %[[BITS:.*]] = arith.andi %[[TID]], %[[MASK]]
// CHECK-NEXT:    %[[ROW:.*]] = arith.shrui %[[BITS]], %[[THREE]]
// CHECK:         arith.muli %[[I]], %[[BYTES]]
// CHECK:         %[[HIDDEN:.*]] = arith.cmpi sge, %[[ROW]], %[[FIRST]] : i32
// CHECK:         llvm.inline_asm has_side_effects "@$1 st.shared.v4.b32 [$0], {$2, $3, $4, $5};", "r,b,r,r,r,r" %{{.*}}, %[[HIDDEN]],
// CHECK:         %[[LOWER:.*]] = arith.addi %[[ROW]], %[[FOUR]] : i32
// CHECK-NEXT:    %[[LOWERHIDDEN:.*]] = arith.cmpi sge, %[[LOWER]], %[[FIRST]] : i32
// CHECK-NEXT:    arith.xori %{{.*}}, %[[FLIP]] : i32
// CHECK:         llvm.getelementptr %{{.*}}[512]
// CHECK:         "@$1 st.shared.v4.b32 {{.*}} %{{.*}}, %[[LOWERHIDDEN]],
// CHECK-COUNT-15: st.shared.v4
// CHECK:         llvm.getelementptr %{{.*}}[8704]
// CHECK:         st.shared.v4
// CHECK-NOT:     st.shared
func.func @segments_of_columns(%i: i32, %first: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %b = sm.alloc {label = "b", offset = 1024 : i64} : !ring
  %s = sm.slot %b[%i] : !ring
  sm.zero_rows %s from %first : !slot
  return
}

// -----

#shared = #sm.layout<[3, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0]]}, [16, 64]>
!slot = !sm.buffer<1 x tensor<48x64xf16, #shared>>

// Segments of 16 rows, one pass of the 4 warps each.
// CHECK-LABEL: llvm.func @segments_of_rows
// CHECK-SAME:  %[[FIRST:[^:]*]]: i32)
// CHECK-DAG:     %[[C16:.*]] = arith.constant 16 : i32
// CHECK-DAG:     %[[C32:.*]] = arith.constant 32 : i32
// CHECK:         %[[ROW:.*]] = arith.shrui
// CHECK:         arith.cmpi sge, %[[ROW]], %[[FIRST]] : i32
// CHECK:         st.shared.v4
// CHECK-NEXT:    %[[R16:.*]] = arith.addi %[[ROW]], %[[C16]] : i32
// CHECK-NEXT:    arith.cmpi sge, %[[R16]], %[[FIRST]] : i32
// CHECK-NEXT:    llvm.getelementptr %{{.*}}[2048]
// CHECK:         st.shared.v4
// CHECK-NEXT:    %[[R32:.*]] = arith.addi %[[ROW]], %[[C32]] : i32
// CHECK-NEXT:    arith.cmpi sge, %[[R32]], %[[FIRST]] : i32
// CHECK-NEXT:    llvm.getelementptr %{{.*}}[4096]
// CHECK:         st.shared.v4
// CHECK-NOT:     st.shared
func.func @segments_of_rows(%first: i32) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %b = sm.alloc {label = "b", offset = 0 : i64} : !slot
  sm.zero_rows %b from %first : !slot
  return
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 1], [0, 2], [8, 4], [0, 8]]}, [16, 16]>
!slot = !sm.buffer<1 x tensor<16x16xbf16, #shared>>

// Rows are not contiguous: element by element.
// CHECK-LABEL: llvm.func @rows_across_the_bytes
// CHECK-COUNT-8: "@$1 st.shared.b16 [$0], $2;", "r,b,h"
// CHECK-NOT:     st.shared
func.func @rows_across_the_bytes(%first: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %b = sm.alloc {label = "b", offset = 0 : i64} : !slot
  sm.zero_rows %b from %first : !slot
  return
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32]]}, [8, 64]>
!slot = !sm.buffer<1 x tensor<8x64xbf16, #shared>>

// Inside a role, rows belong to the threads of the role.
// CHECK-LABEL: llvm.func @rows_of_a_role
// CHECK-SAME:  %[[FIRST:[^:]*]]: i32)
// CHECK-DAG:     %[[THREADS:.*]] = arith.constant 128 : i32
// CHECK-DAG:     %[[THREE:.*]] = arith.constant 3 : i32
// CHECK-DAG:     %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x
// CHECK:         scf.if
// CHECK-NEXT:      %[[THREAD:.*]] = arith.subi %[[TID]], %[[THREADS]] : i32
// CHECK-NEXT:      %[[BITS:.*]] = arith.andi %[[THREAD]], %{{.*}} : i32
// CHECK-NEXT:      %[[ROW:.*]] = arith.shrui %[[BITS]], %[[THREE]] : i32
// CHECK:           %[[HIDDEN:.*]] = arith.cmpi sge, %[[ROW]], %[[FIRST]] : i32
// CHECK:           "@$1 st.shared.v4.b32 {{.*}} %{{.*}}, %[[HIDDEN]],
// CHECK-NOT:       st.shared
func.func @rows_of_a_role(%first: i32) attributes {tile.kernel, tile.num_warps = 6 : i32} {
  %b = sm.alloc {label = "b", offset = 0 : i64} : !slot
  sm.warps first(4) count(2) {
    sm.zero_rows %b from %first : !slot
  }
  return
}
