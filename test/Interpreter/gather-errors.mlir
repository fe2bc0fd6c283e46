// An index, a position, a sequence or a length that overflowed is wrong, also where it selects nothing: 46341^2 is negative.
// RUN: not mla-interpret %s --kernel rows --argument "arg0=*fp32:0,1,2,3" --argument arg1=i32:46341 2>&1 | FileCheck %s --check-prefix=INDEX
// INDEX: gather-errors.mlir:[[#]]:{{.*}}error: {{.*}}index 0 comes from an integer that overflowed
// RUN: mla-interpret %s --kernel rows --argument "arg0=*fp32:0,1,2,3" --argument arg1=i32:46340
// RUN: not mla-interpret %s --kernel positions --argument "arg0=*fp32:0,1,2,3" --argument "arg1=*i32:0" --argument arg2=i32:46341 2>&1 | FileCheck %s --check-prefix=POSITION
// POSITION: gather-errors.mlir:[[#]]:{{.*}}error: {{.*}}position 0 comes from an integer that overflowed
// RUN: not mla-interpret %s --kernel sequence --argument "arg0=*fp32:0,1,2,3" --argument "arg1=*i32:0" --argument arg2=i32:46341 2>&1 | FileCheck %s --check-prefix=SEQUENCE
// SEQUENCE: gather-errors.mlir:[[#]]:{{.*}}error: {{.*}}the sequence comes from an integer that overflowed
// RUN: not mla-interpret %s --kernel length --argument "arg0=*fp32:0,1,2,3" --argument "arg1=*i32:0" --argument arg2=i32:46341 2>&1 | FileCheck %s --check-prefix=LENGTH
// LENGTH: gather-errors.mlir:[[#]]:{{.*}}error: {{.*}}the length comes from an integer that overflowed
func.func @rows(%x: !tile.ptr<f32>, %n: i32) attributes {tile.kernel} {
  %c2 = arith.constant 2 : i64
  %xv = tile.view %x, shape [] strides [%c2] : !tile.view<2x2xf32>
  %square = arith.muli %n, %n : i32
  %index = tile.splat %square : i32 -> tensor<2xi32>
  %rows = gather.rows %xv[%index] : !tile.view<2x2xf32>, tensor<2xi32> -> tensor<2x2xf32>
  return
}

func.func @positions(%x: !tile.ptr<f32>, %t: !tile.ptr<i32>, %n: i32) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : i64
  %c2 = arith.constant 2 : i64
  %length = arith.constant 2 : i32
  %xv = tile.view %x, shape [] strides [%c2, %c1] : !tile.view<2x2x1xf32>
  %tv = tile.view %t, shape [] strides [%c1] : !tile.view<1x1xi32>
  %square = arith.muli %n, %n : i32
  %positions = tile.splat %square : i32 -> tensor<2xi32>
  %rows = gather.paged_rows %xv, %tv[%c0, %positions] length %length
      : !tile.view<2x2x1xf32>, !tile.view<1x1xi32>, tensor<2xi32> -> tensor<2x1xf32>
  return
}

func.func @sequence(%x: !tile.ptr<f32>, %t: !tile.ptr<i32>, %n: i32) attributes {tile.kernel} {
  %c1 = arith.constant 1 : i64
  %c2 = arith.constant 2 : i64
  %length = arith.constant 2 : i32
  %xv = tile.view %x, shape [] strides [%c2, %c1] : !tile.view<2x2x1xf32>
  %tv = tile.view %t, shape [] strides [%c1] : !tile.view<1x1xi32>
  %square = arith.muli %n, %n : i32
  %sequence = arith.extsi %square : i32 to i64
  %positions = tile.range 0 to 2 : tensor<2xi32>
  %rows = gather.paged_rows %xv, %tv[%sequence, %positions] length %length
      : !tile.view<2x2x1xf32>, !tile.view<1x1xi32>, tensor<2xi32> -> tensor<2x1xf32>
  return
}

func.func @length(%x: !tile.ptr<f32>, %t: !tile.ptr<i32>, %n: i32) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : i64
  %c2 = arith.constant 2 : i64
  %xv = tile.view %x, shape [] strides [%c2, %c1] : !tile.view<2x2x1xf32>
  %tv = tile.view %t, shape [] strides [%c1] : !tile.view<1x1xi32>
  %length = arith.muli %n, %n : i32
  %positions = tile.range 0 to 2 : tensor<2xi32>
  %rows = gather.paged_rows %xv, %tv[%c0, %positions] length %length
      : !tile.view<2x2x1xf32>, !tile.view<1x1xi32>, tensor<2xi32> -> tensor<2x1xf32>
  return
}
