// Programs that touch the same memory: same bits are allowed, other bits and reads are not.
// RUN: split-file %s %t
// RUN: mla-interpret %t/same.mlir --grid 3 --argument "arg0=*i32:2?" --races --print all | FileCheck %s --check-prefix=SAME
// RUN: mla-interpret %t/write.mlir --grid 1 --argument "arg0=*i32:2?" --races
// RUN: mla-interpret %t/write.mlir --grid 3 --argument "arg0=*i32:2?" --print all | FileCheck %s --check-prefix=LAST
// RUN: not mla-interpret %t/write.mlir --grid 3 --argument "arg0=*i32:2?" --races 2>&1 | FileCheck %s --check-prefix=WRITE
// RUN: not mla-interpret %t/read.mlir --grid 3 --argument "arg0=*i32:0,0,0,0" --races 2>&1 | FileCheck %s --check-prefix=READ
// RUN: not mla-interpret %t/read.mlir --grid 3 --argument "arg0=*i32:0,0,0,0" --races --seed 2 2>&1 | FileCheck %s --check-prefix=OTHER
// The library's kernels have none.
// RUN: mla-run %S/Inputs/decode.json --races --quiet
// RUN: mla-run %S/Inputs/matmul.json --races --quiet --level ws --arch sm_90a
// RUN: mla-run %S/Inputs/merge.json --races --quiet
// RUN: mla-run %S/Inputs/plan.json --races --quiet

// SAME: arg0 = [7, 7]
// LAST: arg0 = [2, 2]
// WRITE: error: program (1, 0, 0): writes for element [0] number 0 of 'arg0', where program number 0 has written something else
// READ: error: program (1, 0, 0): reads number 1 of 'arg0', which program number 0 has written
// OTHER: number 1 of 'arg0', {{which|where}} program
//--- same.mlir
func.func @same(%a: !tile.ptr<i32>) attributes {tile.kernel} {
  %r = tile.range 0 to 2 : tensor<2xi32>
  %as = tile.splat %a : !tile.ptr<i32> -> tensor<2x!tile.ptr<i32>>
  %p = tile.addptr %as, %r : tensor<2x!tile.ptr<i32>>, tensor<2xi32>
  %seven = arith.constant dense<7> : tensor<2xi32>
  tile.store %p, %seven : tensor<2x!tile.ptr<i32>>
  return
}
//--- write.mlir
func.func @write(%a: !tile.ptr<i32>) attributes {tile.kernel} {
  %r = tile.range 0 to 2 : tensor<2xi32>
  %as = tile.splat %a : !tile.ptr<i32> -> tensor<2x!tile.ptr<i32>>
  %p = tile.addptr %as, %r : tensor<2x!tile.ptr<i32>>, tensor<2xi32>
  %pid = tile.program_id 0
  %ids = tile.splat %pid : i32 -> tensor<2xi32>
  tile.store %p, %ids : tensor<2x!tile.ptr<i32>>
  return
}
//--- read.mlir
func.func @read(%a: !tile.ptr<i32>) attributes {tile.kernel} {
  %c1 = arith.constant 1 : i32
  %pid = tile.program_id 0
  %p = tile.addptr %a, %pid : !tile.ptr<i32>, i32
  %q = tile.addptr %p, %c1 : !tile.ptr<i32>, i32
  %x = tile.load %p : !tile.ptr<i32>
  tile.store %q, %c1 : !tile.ptr<i32>
  return
}
