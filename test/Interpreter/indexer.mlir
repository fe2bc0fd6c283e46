// The steps of a choice and their expansion give the same, bit by bit: ties, zeros of both signs, NaN, columns outside, unused places.
// RUN: mla-interpret %s --kernel choose --argument "arg0=*fp32:0,nan,1,-0.0,-inf,1,inf,2" --argument "arg1=i32:-1" --argument "arg2=i32:7" --argument "arg3=*fp32:10?" --argument "arg4=*i32:10?" --print arg3,arg4 > %t.ops
// RUN: mla-opt %s --expand-indexer -o %t.expanded.mlir
// RUN: mla-interpret %t.expanded.mlir --kernel choose --argument "arg0=*fp32:0,nan,1,-0.0,-inf,1,inf,2" --argument "arg1=i32:-1" --argument "arg2=i32:7" --argument "arg3=*fp32:10?" --argument "arg4=*i32:10?" --print arg3,arg4 > %t.expansion
// RUN: cmp %t.ops %t.expansion
// RUN: FileCheck %s < %t.ops
// RUN: mla-interpret %s --kernel entries --argument "arg0=*fp32:1,-1,nan,-0.0" --argument "arg1=*i64:4?" --print arg1 | FileCheck %s --check-prefix=ENTRIES
// RUN: mla-interpret %t.expanded.mlir --kernel entries --argument "arg0=*fp32:1,-1,nan,-0.0" --argument "arg1=*i64:4?" --print arg1 | FileCheck %s --check-prefix=ENTRIES
// RUN: mla-interpret %s --kernel logits --argument "arg0=*fp32:1,nan,-2,3,-1,-1,0.5,inf" --argument "arg1=*fp32:4?" --print arg1 | FileCheck %s --check-prefix=LOGITS
// RUN: mla-interpret %t.expanded.mlir --kernel logits --argument "arg0=*fp32:1,nan,-2,3,-1,-1,0.5,inf" --argument "arg1=*fp32:4?" --print arg1 | FileCheck %s --check-prefix=LOGITS
// RUN: not mla-interpret %s --kernel unsorted --argument "arg0=*i64:1,3,2,4" 2>&1 | FileCheck %s --check-prefix=UNSORTED

// Row 0 has the indices -1 … 6 below 7, row 1 none. inf; 2; 1 at 1 and 4; -0 at 2 (0 at -1 takes no part); -inf; NaN at 0.
// CHECK: arg3 = [inf, 2, 1, 1, 0, -inf, nan, -inf, -inf, -inf]
// CHECK: arg4 = [5, 6, 1, 4, 2, 3, 0, -1, -1, -1]
func.func @choose(%x: !tile.ptr<f32>, %first: i32, %limit: i32, %values: !tile.ptr<f32>, %indices: !tile.ptr<i32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c8 = arith.constant 8 : i64
  %c10 = arith.constant 10 : i64
  %xv = tile.view %x, shape [] strides [%c8] : !tile.view<1x8xf32>
  %vv = tile.view %values, shape [] strides [%c10] : !tile.view<1x10xf32>
  %iv = tile.view %indices, shape [] strides [%c10] : !tile.view<1x10xi32>
  %logits = tile.load_view %xv[%c0, %c0] dims [0, 1] : !tile.view<1x8xf32> -> tensor<1x8xf32>
  %firsts = tile.splat %first : i32 -> tensor<1xi32>
  %limits = tile.splat %limit : i32 -> tensor<1xi32>
  %none = arith.constant dense<-2147483648> : tensor<1xi32>
  %s0 = indexer.topk_init : tensor<1x16xi64>
  %s1 = indexer.topk_step %logits, %firsts, %limits, %s0 : tensor<1x8xf32>, tensor<1x16xi64>
  %s2 = indexer.topk_step %logits, %none, %limits, %s1 : tensor<1x8xf32>, tensor<1x16xi64>
  %v, %i = indexer.topk_finish %s2 : tensor<1x16xi64> -> tensor<1x10xf32>, tensor<1x10xi32>
  tile.store_view %v, %vv[%c0, %c0] dims [0, 1] : tensor<1x10xf32>, !tile.view<1x10xf32>
  tile.store_view %i, %iv[%c0, %c0] dims [0, 1] : tensor<1x10xi32>, !tile.view<1x10xi32>
  return
}

// Ascending: NaN at 2, -1 at 1, -0 at 3, 1 at 0.
// ENTRIES: arg1 = [-9223372028264841219, -4575657221408423938, 4294967292, 4575657225703391231]
func.func @entries(%x: !tile.ptr<f32>, %out: !tile.ptr<i64>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c4 = arith.constant 4 : i64
  %xv = tile.view %x, shape [] strides [%c4] : !tile.view<1x4xf32>
  %ov = tile.view %out, shape [] strides [%c4] : !tile.view<1x4xi64>
  %logits = tile.load_view %xv[%c0, %c0] dims [0, 1] : !tile.view<1x4xf32> -> tensor<1x4xf32>
  %firsts = arith.constant dense<0> : tensor<1xi32>
  %limits = arith.constant dense<4> : tensor<1xi32>
  %s0 = indexer.topk_init : tensor<1x4xi64>
  %s1 = indexer.topk_step %logits, %firsts, %limits, %s0 : tensor<1x4xf32>, tensor<1x4xi64>
  tile.store_view %s1, %ov[%c0, %c0] dims [0, 1] : tensor<1x4xi64>, !tile.view<1x4xi64>
  return
}

// Two heads of weights 2 and -1, keys of scales 1, 1, -1, 1: 2 - 0, NaN, -(0 - 0.5), inf times -1 and 6.
// LOGITS: arg1 = [2, nan, 0.5, -inf]
func.func @logits(%s: !tile.ptr<f32>, %out: !tile.ptr<f32>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c4 = arith.constant 4 : i64
  %sv = tile.view %s, shape [] strides [%c4] : !tile.view<2x4xf32>
  %ov = tile.view %out, shape [] strides [%c4] : !tile.view<1x4xf32>
  %scores = tile.load_view %sv[%c0, %c0] dims [0, 1] : !tile.view<2x4xf32> -> tensor<2x4xf32>
  %weights = arith.constant dense<[[2.0, -1.0]]> : tensor<1x2xf32>
  %scale = arith.constant dense<[1.0, 1.0, -1.0, 1.0]> : tensor<4xf32>
  %y = indexer.head_reduce %scores, %weights key_scale %scale : tensor<2x4xf32>, tensor<1x2xf32>, tensor<4xf32> -> tensor<1x4xf32>
  tile.store_view %y, %ov[%c0, %c0] dims [0, 1] : tensor<1x4xf32>, !tile.view<1x4xf32>
  return
}

// UNSORTED: indexer.mlir:[[#@LINE+6]]:{{.*}} error: {{.*}}expected a state that ascends along its rows, got another in row 0
func.func @unsorted(%x: !tile.ptr<i64>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i64
  %c4 = arith.constant 4 : i64
  %xv = tile.view %x, shape [] strides [%c4] : !tile.view<1x4xi64>
  %s = tile.load_view %xv[%c0, %c0] dims [0, 1] : !tile.view<1x4xi64> -> tensor<1x4xi64>
  %v, %i = indexer.topk_finish %s : tensor<1x4xi64> -> tensor<1x4xf32>, tensor<1x4xi32>
  return
}
