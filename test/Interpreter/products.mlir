// Matrix products: 3 x 2 by 2 x 2 on an accumulator; infinity times zero is NaN; sums are in ascending k.
// RUN: mla-interpret %s --argument "arg0=*bf16:1,2,3,4,inf,0" --argument "arg1=*bf16:1,0,0,-1" --argument "arg2=*fp32:6?" --print arg2 | FileCheck %s
// CHECK: arg2 = [10.5, 8.5, 13.5, 6.5, inf, nan]
func.func @product(%a: !tile.ptr<bf16>, %b: !tile.ptr<bf16>, %c: !tile.ptr<f32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c2 = arith.constant 2 : i64
  %acc = arith.constant dense<[[9.5, 10.5], [10.5, 10.5], [0.0, 0.0]]> : tensor<3x2xf32>
  %av = tile.view %a, shape [] strides [%c2] : !tile.view<3x2xbf16>
  %bv = tile.view %b, shape [] strides [%c2] : !tile.view<2x2xbf16>
  %cv = tile.view %c, shape [] strides [%c2] : !tile.view<3x2xf32>
  %x = tile.load_view %av[%c0, %c0] dims [0, 1] : !tile.view<3x2xbf16> -> tensor<3x2xbf16>
  %y = tile.load_view %bv[%c0, %c0] dims [0, 1] : !tile.view<2x2xbf16> -> tensor<2x2xbf16>
  %z = tile.dot %x, %y, %acc : tensor<3x2xbf16>, tensor<2x2xbf16>, tensor<3x2xf32>
  tile.store_view %z, %cv[%c0, %c0] dims [0, 1] : tensor<3x2xf32>, !tile.view<3x2xf32>
  return
}
