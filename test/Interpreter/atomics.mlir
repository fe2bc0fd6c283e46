// Atomics in the order of elements, assertions, prints and hints.
// RUN: split-file %s %t
// RUN: mla-interpret %t/bins.mlir --argument "a=*i32:5,-1,2,7" --argument "b=*i32:0,0" --argument "c=*fp32:1,-2" --print all | FileCheck %s --check-prefix=BINS
// RUN: not mla-interpret %t/assert.mlir --argument n=i32:3 2>&1 | FileCheck %s --check-prefix=ASSERT
// RUN: mla-interpret %t/assert.mlir --argument n=i32:4 2>&1 | FileCheck %s --check-prefix=PRINT
// RUN: not mla-interpret %t/hint.mlir --argument n=i32:8 2>&1 | FileCheck %s --check-prefix=HINT
// RUN: mla-interpret %t/hint.mlir --argument n=i32:16
// RUN: not mla-interpret %t/hint.mlir --argument n=i32:0 2>&1 | FileCheck %s --check-prefix=ASSUME

// BINS: a = [5, 5, 2, 7]
// BINS: b = [7, 6]
// BINS: c = [1, -1]
// ASSERT: error: program (0, 0, 0): assertion failed for element [3]: too large
// PRINT: pid (0, 0, 0) idx (0) x: (operand 0) 0
// PRINT: pid (0, 0, 0) idx (3) x: (operand 0) 3
// PRINT: pid (0, 0, 0) idx () x: (operand 1) 4
// HINT: error: program (0, 0, 0): hints at what does not hold along dimension 0
// ASSUME: error: program (0, 0, 0): assumes something that is false

//--- bins.mlir
func.func @bins(%a: !tile.ptr<i32>, %b: !tile.ptr<i32>, %c: !tile.ptr<f32>) attributes {tile.kernel,
    tile.arguments = [{name = "a", type = "*i32", divisibility = 1 : i32}, {name = "b", type = "*i32", divisibility = 1 : i32}, {name = "c", type = "*fp32", divisibility = 1 : i32}]} {
  %r = tile.range 0 to 4 : tensor<4xi32>
  %two = arith.constant dense<2> : tensor<4xi32>
  %bin = arith.remsi %r, %two : tensor<4xi32>
  %as = tile.splat %a : !tile.ptr<i32> -> tensor<4x!tile.ptr<i32>>
  %bs = tile.splat %b : !tile.ptr<i32> -> tensor<4x!tile.ptr<i32>>
  %ap = tile.addptr %as, %r : tensor<4x!tile.ptr<i32>>, tensor<4xi32>
  %bp = tile.addptr %bs, %bin : tensor<4x!tile.ptr<i32>>, tensor<4xi32>
  %x = tile.load %ap : tensor<4x!tile.ptr<i32>>
  %0 = tile.atomic_rmw add relaxed gpu %bp, %x : tensor<4x!tile.ptr<i32>>
  %one = arith.constant 1 : i32
  %a1 = tile.addptr %a, %one : !tile.ptr<i32>, i32
  %minus = arith.constant -1 : i32
  %five = arith.constant 5 : i32
  %1 = tile.atomic_cas relaxed gpu %a1, %minus, %five : !tile.ptr<i32>
  %c1 = tile.addptr %c, %one : !tile.ptr<f32>, i32
  %f = arith.constant -1.0 : f32
  %2 = tile.atomic_rmw max relaxed gpu %c1, %f : !tile.ptr<f32>
  return
}
//--- assert.mlir
func.func @check(%n: i32) attributes {tile.kernel, tile.arguments = [{name = "n", type = "i32", divisibility = 1 : i32}]} {
  %r = tile.range 0 to 4 : tensor<4xi32>
  %ns = tile.splat %n : i32 -> tensor<4xi32>
  %c = arith.cmpi slt, %r, %ns : tensor<4xi32>
  tile.assert %c, "too large" at "k.py" : 3 in "check" : tensor<4xi1>
  tile.barrier
  tile.print " x: " %r, %n {is_signed = array<i32: 1, 1>} : tensor<4xi32>, i32
  return
}
//--- hint.mlir
func.func @hint(%n: i32) attributes {tile.kernel, tile.arguments = [{name = "n", type = "i32", divisibility = 1 : i32}]} {
  %zero = arith.constant 0 : i32
  %positive = arith.cmpi sgt, %n, %zero : i32
  tile.assume %positive
  %h = tile.axis_hint %n {divisibility = array<i64: 16>} : i32
  return
}
