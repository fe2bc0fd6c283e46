// What lies outside a view reads as NaN if the load says so; a promise to stay inside is checked.
// RUN: split-file %s %t
// RUN: mla-interpret %t/padding.mlir --argument "arg0=*fp16:1,2,3,4" --argument "arg1=*fp16:4?" --argument arg2=i64:4 --print all | FileCheck %s --check-prefix=PADDING
// RUN: mla-interpret %t/promise.mlir --argument "arg0=*fp16:1,2,3,4" --argument arg1=i64:0 --print all | FileCheck %s --check-prefix=KEPT
// RUN: not mla-interpret %t/promise.mlir --argument "arg0=*fp16:1,2,3,4" --argument arg1=i64:1 2>&1 | FileCheck %s --check-prefix=BROKEN

// PADDING: arg1 = [nan, 1, 2, 3]
// KEPT: arg0 = [1, 2, 3, 4]
// BROKEN: error: program (0, 0, 0): promises that it stays inside its view along dimension 0, but element [3] is outside

//--- padding.mlir
func.func @padding(%a: !tile.ptr<f16>, %b: !tile.ptr<f16>, %n: i64) attributes {tile.kernel} {
  %zero = arith.constant 0 : i64
  %before = arith.constant -1 : i64
  %v = tile.view %a, shape [%n] strides [] : !tile.view<?xf16>
  %w = tile.view %b, shape [%n] strides [] : !tile.view<?xf16>
  %x = tile.load_view %v[%before] dims [0] {pad_nan} : !tile.view<?xf16> -> tensor<4xf16>
  tile.store_view %x, %w[%zero] dims [0] : tensor<4xf16>, !tile.view<?xf16>
  return
}
//--- promise.mlir
func.func @promise(%a: !tile.ptr<f16>, %i: i64) attributes {tile.kernel} {
  %v = tile.view %a, shape [] strides [] : !tile.view<4xf16>
  %x = tile.load_view %v[%i] dims [0] {unchecked = array<i32: 0>} : !tile.view<4xf16> -> tensor<4xf16>
  tile.store_view %x, %v[%i] dims [0] {unchecked = array<i32: 0>} : tensor<4xf16>, !tile.view<4xf16>
  return
}
