// What must not happen in global memory is an error at the op, with the program and the element.
// RUN: split-file %s %t
// RUN: mla-interpret %t/copy.mlir --grid 2 --argument "arg0=*fp32:1,2,3,4" --argument "arg1=*fp32:4?" --argument arg2=i32:4 --print all | FileCheck %s --check-prefix=GOOD
// RUN: not mla-interpret %t/copy.mlir --grid 2 --argument "arg0=*fp32:1,2,3" --argument "arg1=*fp32:4?" --argument arg2=i32:4 2>&1 | FileCheck %s --check-prefix=READ
// RUN: not mla-interpret %t/copy.mlir --grid 2 --argument "arg0=*fp32:1,2,3,4" --argument "arg1=*fp32:3?" --argument arg2=i32:4 2>&1 | FileCheck %s --check-prefix=WRITE
// RUN: not mla-interpret %t/copy.mlir --argument "arg0=*fp32:4?" --argument "arg1=*fp32:3?" --argument arg2=i32:4 2>&1 | FileCheck %s --check-prefix=UNWRITTEN
// The masked elements may lie anywhere.
// RUN: mla-interpret %t/copy.mlir --grid 5 --argument "arg0=*fp32:1,2,3" --argument "arg1=*fp32:4?" --argument arg2=i32:3 --print all | FileCheck %s --check-prefix=MASKED
// RUN: not mla-interpret %t/overflow.mlir --argument "arg0=*fp32:1" --argument arg1=i32:65536 2>&1 | FileCheck %s --check-prefix=OVERFLOW
// RUN: mla-interpret %t/overflow.mlir --argument "arg0=*fp32:1" --argument arg1=i32:0
// RUN: mla-interpret %t/hash.mlir --argument "arg0=*fp32:1,2,3,4" --argument arg1=i32:65537
// RUN: not mla-interpret %t/promise.mlir --argument "arg0=*fp32:1,2,3,4" --argument arg1=i32:0 2>&1 | FileCheck %s --check-prefix=PROMISE
// RUN: not mla-interpret %t/promise.mlir --argument "arg0=*fp32:1,2,3,4" --argument arg1=i32:24 2>&1 | FileCheck %s --check-prefix=DIVISIBLE
// RUN: not mla-interpret %t/endless.mlir --max-steps 1000 2>&1 | FileCheck %s --check-prefix=ENDLESS

// GOOD: arg0 = [1, 2, 3, 4]
// GOOD: arg1 = [1, 2, 3, 4]
// READ: copy.mlir:14:8: error: program (1, 0, 0): reads for element [1] number 3 of 'arg0', which has 3 elements of 4 bytes
// WRITE: error: program (1, 0, 0): writes for element [1] number 3 of 'arg1', which has 3 elements of 4 bytes
// UNWRITTEN: error: program (0, 0, 0): reads for element [0] number 0, which nobody has written, of 'arg0', which has 4 elements of 4 bytes
// MASKED: arg1 = [1, 2, 3, ?]
// OVERFLOW: error: program (0, 0, 0): reads an address computed from an integer that overflowed
// PROMISE: error: program (0, 0, 0): promises groups of 4 elements along dimension 0, but element [0] does not stand where its group says
// DIVISIBLE: error: argument 1 promises divisibility by 16, got 24
// ENDLESS: error: program (0, 0, 0): no end after 1000 ops: a loop that does not terminate?

//--- copy.mlir
func.func @copy(%a: !tile.ptr<f32>, %b: !tile.ptr<f32>, %n: i32) attributes {tile.kernel} {
  %c2 = arith.constant 2 : i32
  %pid = tile.program_id 0
  %base = arith.muli %pid, %c2 : i32
  %r = tile.range 0 to 2 : tensor<2xi32>
  %first = tile.splat %base : i32 -> tensor<2xi32>
  %at = arith.addi %first, %r : tensor<2xi32>
  %end = tile.splat %n : i32 -> tensor<2xi32>
  %m = arith.cmpi slt, %at, %end : tensor<2xi32>
  %as = tile.splat %a : !tile.ptr<f32> -> tensor<2x!tile.ptr<f32>>
  %bs = tile.splat %b : !tile.ptr<f32> -> tensor<2x!tile.ptr<f32>>
  %ap = tile.addptr %as, %at : tensor<2x!tile.ptr<f32>>, tensor<2xi32>
  %bp = tile.addptr %bs, %at : tensor<2x!tile.ptr<f32>>, tensor<2xi32>
  %x = tile.load %ap, mask %m : tensor<2x!tile.ptr<f32>>
  tile.store %bp, %x, mask %m : tensor<2x!tile.ptr<f32>>
  return
}
//--- overflow.mlir
func.func @overflow(%a: !tile.ptr<f32>, %n: i32) attributes {tile.kernel} {
  %square = arith.muli %n, %n : i32
  %wide = arith.extsi %square : i32 to i64
  %p = tile.addptr %a, %wide : !tile.ptr<f32>, i64
  %x = tile.load %p : !tile.ptr<f32>
  return
}
//--- hash.mlir
func.func @hash(%a: !tile.ptr<f32>, %n: i32) attributes {tile.kernel} {
  %c4 = arith.constant 4 : i32
  %square = arith.muli %n, %n : i32
  %bucket = arith.remui %square, %c4 : i32
  %p = tile.addptr %a, %bucket : !tile.ptr<f32>, i32
  %x = tile.load %p : !tile.ptr<f32>
  return
}
//--- promise.mlir
func.func @promise(%a: !tile.ptr<f32>, %n: i32 {tile.divisibility = 16 : i32}) attributes {tile.kernel} {
  %r = tile.range 0 to 4 : tensor<4xi32>
  %as = tile.splat %a : !tile.ptr<f32> -> tensor<4x!tile.ptr<f32>>
  %ap = tile.addptr %as, %r : tensor<4x!tile.ptr<f32>>, tensor<4xi32>
  %x = tile.load %ap {access = #tile.access<dim = 0, elems = 4>} : tensor<4x!tile.ptr<f32>>
  return
}
//--- endless.mlir
func.func @endless() attributes {tile.kernel} {
  %true = arith.constant true
  scf.while : () -> () {
    scf.condition(%true)
  } do {
    scf.yield
  }
  return
}
