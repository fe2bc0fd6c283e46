// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

// CHECK-DAG: llvm.func @__assertfail(!llvm.ptr, !llvm.ptr, i32, !llvm.ptr, i64)
// CHECK-DAG: llvm.mlir.global internal constant @[[MESSAGE:mla_string[0-9]+]]("too large\00") {addr_space = 1 : i32}
// CHECK-LABEL: llvm.func @checks
// CHECK-SAME:  (%[[C:.*]]: i1)
// CHECK:         nvvm.barrier
// CHECK:         llvm.intr.assume %[[C]]
// CHECK:         %[[FAILS:.*]] = arith.xori %[[C]], %{{.*}} : i1
// CHECK:         scf.if %[[FAILS]]
// CHECK:           llvm.mlir.addressof @[[MESSAGE]] : !llvm.ptr<1>
// CHECK:           llvm.call @__assertfail
func.func @checks(%c: i1) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  tile.barrier
  tile.assume %c
  tile.assert %c, "too large" at "k.py" : 3 in "checks" : i1
  return
}

// -----

#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [0]], warp = []}, [16]>

// Half of the warp holds the tile a second time and does not print; nor does what padding added.
// CHECK-DAG: llvm.func @vprintf(!llvm.ptr, !llvm.ptr) -> i32
// CHECK-DAG: llvm.mlir.global internal constant @{{.*}}("pid (%u, %u, %u) idx ({{.}}2u) x: (operand 0) %f\0A\00")
// CHECK-DAG: llvm.mlir.global internal constant @{{.*}}("pid (%u, %u, %u) idx () x: (operand 1) %d\0A\00")
// CHECK-DAG: llvm.mlir.global internal constant @{{.*}}("pid (%u, %u, %u) idx () 100%%: 0x{{.}}016llx\0A\00")
// CHECK-DAG: llvm.mlir.global internal constant @{{.*}}("pid (%u, %u, %u)here\0A\00")
// CHECK-LABEL: llvm.func @prints
// CHECK:         llvm.alloca %{{.*}} x !llvm.struct<(i32, i32, i32, i32, f64)>
// CHECK:         %[[INSIDE:.*]] = arith.cmpi ult
// CHECK:         %[[PRINTS:.*]] = arith.andi %{{.*}}, %[[INSIDE]]
// CHECK:         scf.if %[[PRINTS]]
// CHECK:           llvm.call @vprintf
func.func @prints(%x: f32, %n: i32, %l: i64) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %x : f32 -> tensor<16xf32, #regs>
  tile.print " x: " %t, %n {is_signed = array<i32: 0, 1>, extents = [array<i64: 12>, array<i64>]} : tensor<16xf32, #regs>, i32
  tile.print " 100%: " %l {hex, is_signed = array<i32: 1>} : i64
  tile.print "here" {is_signed = array<i32>}
  return
}
