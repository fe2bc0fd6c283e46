// Views: outside reads zero and is not stored, also before the start; rows past `valid`; one position of a dimension; scalars.
// RUN: split-file %s %t
// RUN: mla-interpret %t/views.mlir --argument "arg0=*i32:1,2,3,90,4,5,6,91" --argument "arg1=*i32:12?" --print all | FileCheck %s
// RUN: not mla-interpret %t/beyond.mlir --argument "arg0=*i32:1,2,3,4,5" 2>&1 | FileCheck %s --check-prefix=BEYOND
// RUN: not mla-interpret %t/index.mlir --argument "arg0=*i32:1,2,3,4,5" --argument arg1=i32:65536 2>&1 | FileCheck %s --check-prefix=INDEX

// The array is 2 x 3 with rows 4 apart: what lies between the rows is not seen.
// CHECK: arg1 = [
// CHECK-SAME: {{^}}0, 0, 0, 1, 0, 4, 2, 3, 0, 0, 5, ?]
//--- views.mlir
func.func @views(%a: !tile.ptr<i32>, %b: !tile.ptr<i32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %m1 = arith.constant -1 : i64
  %c2 = arith.constant 2 : i64
  %c5 = arith.constant 5 : i64
  %c6 = arith.constant 6 : i64
  %c8 = arith.constant 8 : i64
  %c10 = arith.constant 10 : i64
  %v = tile.view %a, shape [%c2] strides [%c4] : !tile.view<?x3xi32>
  // Rows -1 and 0, columns -1 and 0.
  %corner = tile.load_view %v[%m1, %m1] dims [0, 1] : !tile.view<?x3xi32> -> tensor<2x2xi32>
  %o = tile.view %b, shape [] strides [%c2] : !tile.view<2x2xi32>
  tile.store_view %corner, %o[%c0, %c0] dims [0, 1] : tensor<2x2xi32>, !tile.view<2x2xi32>
  // A column from row 0 on has one row beside 4: the third element is outside of the view and stays.
  %column = tile.load_view %v[%m1, %c0] dims [0] : !tile.view<?x3xi32> -> tensor<4xi32>
  %four = tile.view %b, shape [%c6] strides [] : !tile.view<?xi32>
  %tail = tile.slice %column [1] : tensor<4xi32> -> tensor<2xi32>
  %two = arith.constant 2 : i64
  %at = arith.constant 3 : i64
  %last = tile.slice %tail [1] : tensor<2xi32> -> tensor<1xi32>
  tile.store_view %last, %four[%c5] dims [0] : tensor<1xi32>, !tile.view<?xi32>
  %zero = tile.slice %column [0] : tensor<4xi32> -> tensor<1xi32>
  %c4v = arith.constant 4 : i64
  tile.store_view %zero, %four[%c4v] dims [0] : tensor<1xi32>, !tile.view<?xi32>
  // Two rows, of which one is valid, columns 1 and 2.
  %valid = tile.load_view %v[%c0, %c1] dims [0, 1] valid %c1 : !tile.view<?x3xi32> -> tensor<2x2xi32>
  %second = tile.view %b, shape [] strides [%c2] : !tile.view<5x2xi32>
  tile.store_view %valid, %second[%at, %c0] dims [0, 1] : tensor<2x2xi32>, !tile.view<5x2xi32>
  // A scalar; what is outside is not stored.
  %x = tile.load_view %v[%c1, %c1] dims [] : !tile.view<?x3xi32> -> i32
  %y = tile.load_view %v[%c2, %c1] dims [] : !tile.view<?x3xi32> -> i32
  %all = arith.constant 11 : i64
  %w = tile.view %b, shape [%all] strides [] : !tile.view<?xi32>
  tile.store_view %x, %w[%c10] dims [] : i32, !tile.view<?xi32>
  tile.store_view %x, %w[%all] dims [] : i32, !tile.view<?xi32>
  tile.store_view %x, %w[%m1] dims [] : i32, !tile.view<?xi32>
  return
}

// BEYOND: error: program (0, 0, 0): reads for element [5] number 5 of 'arg0', which has 5 elements of 4 bytes
//--- beyond.mlir
func.func @beyond(%a: !tile.ptr<i32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c6 = arith.constant 6 : i64
  %v = tile.view %a, shape [%c6] strides [] : !tile.view<?xi32>
  %t = tile.load_view %v[%c0] dims [0] : !tile.view<?xi32> -> tensor<8xi32>
  return
}

// INDEX: error: program (0, 0, 0): index 0 comes from an integer that overflowed
//--- index.mlir
func.func @index(%a: !tile.ptr<i32>, %n: i32) attributes {tile.kernel} {
  %c5 = arith.constant 5 : i64
  %v = tile.view %a, shape [%c5] strides [] : !tile.view<?xi32>
  %square = arith.muli %n, %n : i32
  %wide = arith.extsi %square : i32 to i64
  %x = tile.load_view %v[%wide] dims [] : !tile.view<?xi32> -> i32
  return
}
