// The steps of attention and their expansion give the same: rows without visible keys, windows, NaN behind masks, sinks, absent parts.
// RUN: mla-interpret %s --kernel softmax --argument "arg0=*fp32:0,0,0,nan,0,-1,nan,-inf,2" --argument "arg1=*i32:3,0,9" --argument "arg2=*fp32:0,inf,-inf" --argument "arg3=*fp32:6?" --argument "arg4=*fp32:3?" --print arg3,arg4 > %t.ops
// RUN: mla-opt %s --expand-attention -o %t.expanded.mlir
// RUN: mla-interpret %t.expanded.mlir --kernel softmax --argument "arg0=*fp32:0,0,0,nan,0,-1,nan,-inf,2" --argument "arg1=*i32:3,0,9" --argument "arg2=*fp32:0,inf,-inf" --argument "arg3=*fp32:6?" --argument "arg4=*fp32:3?" --print arg3,arg4 > %t.expansion
// RUN: cmp %t.ops %t.expansion
// RUN: FileCheck %s < %t.ops
// RUN: mla-interpret %s --kernel merge --argument "arg0=*fp32:1,2,nan,nan,3,4" --argument "arg1=*fp32:0,-inf,0" --argument "arg2=*fp32:2?" --argument "arg3=*fp32:1?" --print arg2,arg3 | FileCheck %s --check-prefix=MERGE
// RUN: mla-interpret %t.expanded.mlir --kernel merge --argument "arg0=*fp32:1,2,nan,nan,3,4" --argument "arg1=*fp32:0,-inf,0" --argument "arg2=*fp32:2?" --argument "arg3=*fp32:1?" --print arg2,arg3 | FileCheck %s --check-prefix=MERGE

// Row 0 sees three scores 0 and a sink of weight 1: (1 + 2 + 3) / 4 and the logarithm of 3; row 1 sees nothing; row 2 keys 1 and 2 of a
// window of 8 that ends at 9, of which one weighs nothing.
// CHECK: arg3 = [1.5, 15, 0, 0, 3, 30]
// CHECK: arg4 = [1.0986123{{.*}}, -inf, 1.38629436]
func.func @softmax(%s: !tile.ptr<f32>, %limits: !tile.ptr<i32>, %sinks: !tile.ptr<f32>, %out: !tile.ptr<f32>, %log: !tile.ptr<f32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c2 = arith.constant 2 : i64
  %c3 = arith.constant 3 : i64
  %first = arith.constant 0 : i32
  %window = arith.constant 8 : i32
  %sv = tile.view %s, shape [] strides [%c3] : !tile.view<3x3xf32>
  %lv = tile.view %limits, shape [] strides [] : !tile.view<3xi32>
  %kv = tile.view %sinks, shape [] strides [] : !tile.view<3xf32>
  %ov = tile.view %out, shape [] strides [%c2] : !tile.view<3x2xf32>
  %gv = tile.view %log, shape [] strides [] : !tile.view<3xf32>
  %scores = tile.load_view %sv[%c0, %c0] dims [0, 1] : !tile.view<3x3xf32> -> tensor<3x3xf32>
  %limit = tile.load_view %lv[%c0] dims [0] : !tile.view<3xi32> -> tensor<3xi32>
  %sink = tile.load_view %kv[%c0] dims [0] : !tile.view<3xf32> -> tensor<3xf32>
  %visible = attn.mask %scores, %first, %limit window %window : tensor<3x3xf32>, tensor<3xi32>
  %m, %l, %acc = attn.softmax_init : tensor<3xf32>, tensor<3x1xf32>, tensor<3x2xf32>
  %p, %m1, %l1, %acc1 = attn.softmax_step %visible, %m, %l, %acc : tensor<3x3xf32>, tensor<3xf32>, tensor<3x1xf32>, tensor<3x2xf32>
  %half = arith.truncf %p : tensor<3x3xf32> to tensor<3x3xbf16>
  %values = arith.constant dense<[[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]> : tensor<3x2xbf16>
  %acc2 = tile.dot %half, %values, %acc1 : tensor<3x3xbf16>, tensor<3x2xbf16>, tensor<3x2xf32>
  %result, %lse = attn.softmax_finish %m1, %l1, %acc2 sink %sink : tensor<3xf32>, tensor<3x1xf32>, tensor<3x2xf32>
  tile.store_view %result, %ov[%c0, %c0] dims [0, 1] : tensor<3x2xf32>, !tile.view<3x2xf32>
  tile.store_view %lse, %gv[%c0] dims [0] : tensor<3xf32>, !tile.view<3xf32>
  return
}

// Two parts of equal weight; the one in between is absent.
// MERGE: arg2 = [2, 3]
// MERGE: arg3 = [0.693147182]
func.func @merge(%parts: !tile.ptr<f32>, %logs: !tile.ptr<f32>, %out: !tile.ptr<f32>, %log: !tile.ptr<f32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c2 = arith.constant 2 : i64
  %pv = tile.view %parts, shape [] strides [%c2] : !tile.view<3x2xf32>
  %lv = tile.view %logs, shape [] strides [] : !tile.view<3xf32>
  %ov = tile.view %out, shape [] strides [%c2] : !tile.view<1x2xf32>
  %gv = tile.view %log, shape [] strides [] : !tile.view<1xf32>
  %x = tile.load_view %pv[%c0, %c0] dims [0, 1] : !tile.view<3x2xf32> -> tensor<3x2xf32>
  %y = tile.load_view %lv[%c0] dims [0] : !tile.view<3xf32> -> tensor<3xf32>
  %m, %l, %acc = attn.softmax_init : tensor<1xf32>, tensor<1x3xf32>, tensor<1x2xf32>
  %m1, %l1, %acc1 = attn.merge_step %x, %y, %m, %l, %acc : tensor<3x2xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1x3xf32>, tensor<1x2xf32>
  %result, %lse = attn.softmax_finish %m1, %l1, %acc1 : tensor<1xf32>, tensor<1x3xf32>, tensor<1x2xf32>
  tile.store_view %result, %ov[%c0, %c0] dims [0, 1] : tensor<1x2xf32>, !tile.view<1x2xf32>
  tile.store_view %lse, %gv[%c0] dims [0] : tensor<1xf32>, !tile.view<1xf32>
  return
}
