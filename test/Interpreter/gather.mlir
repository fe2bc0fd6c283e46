// Rows by index and their expansion give the same: repeated indices, -1, INT_MIN, INT_MAX, the first row past the end, NaN in
// rows that nothing selects.
// RUN: mla-opt %s --expand-gather -o %t.expanded.mlir
// RUN: mla-interpret %s --kernel rows --argument "arg0=*fp32:0,1,nan,3,4,5,nan,7,8,nan,10,11" --argument "arg1=*i32:0,-1,2,2,-2147483648,2147483647,3,1" --argument "arg2=*fp32:16?" --print arg2 > %t.ops
// RUN: mla-interpret %t.expanded.mlir --kernel rows --argument "arg0=*fp32:0,1,nan,3,4,5,nan,7,8,nan,10,11" --argument "arg1=*i32:0,-1,2,2,-2147483648,2147483647,3,1" --argument "arg2=*fp32:16?" --print arg2 > %t.expansion
// RUN: cmp %t.ops %t.expansion
// RUN: FileCheck %s < %t.ops
// CHECK: arg2 = [0, 1, 0, 0, 8, nan, 8, nan, 0, 0, 0, 0, 0, 0, 4, 5]

// Columns past the last read as zero, as do rows past the last page; 64-bit indices; two pages of three rows, 8 elements apart.
// RUN: mla-interpret %s --kernel pages --argument "arg0=*fp32:0,1,2,3,4,5,nan,nan,8,9,10,11,12,13,nan,nan" --argument "arg1=*i64:5,4294967296,-4294967295,3,6,2" --argument arg2=i64:2 --argument arg3=i64:3 --argument "arg4=*fp32:18?" --print arg4 > %t.ops
// RUN: mla-interpret %t.expanded.mlir --kernel pages --argument "arg0=*fp32:0,1,2,3,4,5,nan,nan,8,9,10,11,12,13,nan,nan" --argument "arg1=*i64:5,4294967296,-4294967295,3,6,2" --argument arg2=i64:2 --argument arg3=i64:3 --argument "arg4=*fp32:18?" --print arg4 > %t.expansion
// RUN: cmp %t.ops %t.expansion
// RUN: FileCheck %s --check-prefix=PAGES < %t.ops
// PAGES: arg4 = [13, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 5, 0, 0]
// Pages of no rows hold none.
// RUN: mla-interpret %s --kernel pages --argument "arg0=*fp32:16?" --argument "arg1=*i64:5,0,-1,3,6,2" --argument arg2=i64:2 --argument arg3=i64:0 --argument "arg4=*fp32:18?" --print arg4 | FileCheck %s --check-prefix=NONE
// RUN: mla-interpret %t.expanded.mlir --kernel pages --argument "arg0=*fp32:16?" --argument "arg1=*i64:5,0,-1,3,6,2" --argument arg2=i64:2 --argument arg3=i64:0 --argument "arg4=*fp32:18?" --print arg4 | FileCheck %s --check-prefix=NONE
// NONE: arg4 = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]

// Positions 0 … 7 of a sequence of 5, two to a page: pages 1, 7 (outside of the pool), 0; what the table lists past the length is never
// read: arg1 has no more. The other sequence and one that is not there.
// RUN: mla-interpret %s --kernel paged --argument "arg0=*i32:10,11,20,21" --argument "arg1=*i32:1,7,0" --argument arg2=i64:0 --argument arg3=i32:5 --argument "arg4=*i32:8?" --print arg4 | FileCheck %s --check-prefix=PAGED
// RUN: mla-interpret %t.expanded.mlir --kernel paged --argument "arg0=*i32:10,11,20,21" --argument "arg1=*i32:1,7,0" --argument arg2=i64:0 --argument arg3=i32:5 --argument "arg4=*i32:8?" --print arg4 | FileCheck %s --check-prefix=PAGED
// PAGED: arg4 = [0, 20, 21, 0, 0, 10, 0, 0]
// RUN: mla-interpret %s --kernel paged --argument "arg0=*i32:10,11,20,21" --argument "arg1=*i32:1" --argument arg2=i64:1 --argument arg3=i32:5 --argument "arg4=*i32:8?" --print arg4 | FileCheck %s --check-prefix=ABSENT
// RUN: mla-interpret %t.expanded.mlir --kernel paged --argument "arg0=*i32:10,11,20,21" --argument "arg1=*i32:1" --argument arg2=i64:1 --argument arg3=i32:5 --argument "arg4=*i32:8?" --print arg4 | FileCheck %s --check-prefix=ABSENT
// RUN: mla-interpret %t.expanded.mlir --kernel paged --argument "arg0=*i32:10,11,20,21" --argument "arg1=*i32:1" --argument arg2=i64:0 --argument arg3=i32:-5 --argument "arg4=*i32:8?" --print arg4 | FileCheck %s --check-prefix=ABSENT
// RUN: mla-interpret %s --kernel paged --argument "arg0=*i32:10,11,20,21" --argument "arg1=*i32:1" --argument arg2=i64:0 --argument arg3=i32:-5 --argument "arg4=*i32:8?" --print arg4 | FileCheck %s --check-prefix=ABSENT
// ABSENT: arg4 = [0, 0, 0, 0, 0, 0, 0, 0]

// Elements that are selected must be there.
// RUN: not mla-interpret %s --kernel rows --argument "arg0=*fp32:0,1,nan,3" --argument "arg1=*i32:0,-1,2,2,-2147483648,2147483647,3,1" --argument "arg2=*fp32:16?" 2>&1 | FileCheck %s --check-prefix=OUTSIDE
// OUTSIDE: gather.mlir:[[#]]:{{.*}}error: {{.*}}[2, 0]{{.*}}'arg0'
func.func @rows(%x: !tile.ptr<f32>, %i: !tile.ptr<i32>, %y: !tile.ptr<f32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c2 = arith.constant 2 : i64
  %c4 = arith.constant 4 : i64
  %xv = tile.view %x, shape [] strides [%c4] : !tile.view<3x2xf32>
  %iv = tile.view %i, shape [] strides [] : !tile.view<8xi32>
  %yv = tile.view %y, shape [] strides [%c2] : !tile.view<8x2xf32>
  %index = tile.load_view %iv[%c0] dims [0] : !tile.view<8xi32> -> tensor<8xi32>
  %rows = gather.rows %xv[%index] {label = "x"} : !tile.view<3x2xf32>, tensor<8xi32> -> tensor<8x2xf32>
  tile.store_view %rows, %yv[%c0, %c0] dims [0, 1] : tensor<8x2xf32>, !tile.view<8x2xf32>
  return
}

func.func @pages(%x: !tile.ptr<f32>, %i: !tile.ptr<i64>, %pages: i64, %size: i64, %y: !tile.ptr<f32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c2 = arith.constant 2 : i64
  %c3 = arith.constant 3 : i64
  %c8 = arith.constant 8 : i64
  %xv = tile.view %x, shape [%pages, %size, %c2] strides [%c8, %c2] : !tile.view<?x?x?xf32>
  %iv = tile.view %i, shape [] strides [] : !tile.view<6xi64>
  %yv = tile.view %y, shape [] strides [%c3] : !tile.view<6x3xf32>
  %index = tile.load_view %iv[%c0] dims [0] : !tile.view<6xi64> -> tensor<6xi64>
  %rows = gather.rows %xv[%index] {column = 1 : i64} : !tile.view<?x?x?xf32>, tensor<6xi64> -> tensor<6x3xf32>
  tile.store_view %rows, %yv[%c0, %c0] dims [0, 1] : tensor<6x3xf32>, !tile.view<6x3xf32>
  return
}

func.func @paged(%x: !tile.ptr<i32>, %t: !tile.ptr<i32>, %b: i64, %n: i32, %y: !tile.ptr<i32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : i64
  %c2 = arith.constant 2 : i64
  %c4 = arith.constant 4 : i64
  %minus = arith.constant dense<-1> : tensor<8xi32>
  %xv = tile.view %x, shape [] strides [%c2, %c1] : !tile.view<2x2x1xi32>
  %tv = tile.view %t, shape [] strides [%c4] : !tile.view<1x4xi32>
  %yv = tile.view %y, shape [] strides [%c1] : !tile.view<8x1xi32>
  %range = tile.range 0 to 8 : tensor<8xi32>
  %positions = arith.addi %range, %minus : tensor<8xi32>
  %rows = gather.paged_rows %xv, %tv[%b, %positions] length %n : !tile.view<2x2x1xi32>, !tile.view<1x4xi32>, tensor<8xi32> -> tensor<8x1xi32>
  tile.store_view %rows, %yv[%c0, %c0] dims [0, 1] : tensor<8x1xi32>, !tile.view<8x1xi32>
  return
}
