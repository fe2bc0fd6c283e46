// RUN: mla-opt %s | mla-opt | FileCheck %s
// RUN: mla-opt --mlir-print-op-generic %s | mla-opt | FileCheck %s

// CHECK-LABEL: func @logits
// CHECK-SAME: (%[[S:.*]]: tensor<6x5xf32>, %[[W:.*]]: tensor<2x3xf32>, %[[K:.*]]: tensor<5xf32>)
func.func @logits(%s: tensor<6x5xf32>, %w: tensor<2x3xf32>, %k: tensor<5xf32>) {
  // CHECK: indexer.head_reduce %[[S]], %[[W]] : tensor<6x5xf32>, tensor<2x3xf32> -> tensor<2x5xf32>
  %a = indexer.head_reduce %s, %w : tensor<6x5xf32>, tensor<2x3xf32> -> tensor<2x5xf32>
  // CHECK: indexer.head_reduce %[[S]], %[[W]] key_scale %[[K]] {label = "heads"}
  // CHECK-SAME: : tensor<6x5xf32>, tensor<2x3xf32>, tensor<5xf32> -> tensor<2x5xf32>
  %b = indexer.head_reduce %s, %w key_scale %k {label = "heads"}
      : tensor<6x5xf32>, tensor<2x3xf32>, tensor<5xf32> -> tensor<2x5xf32>
  return
}

// CHECK-LABEL: func @choice
// CHECK-SAME: (%[[X:.*]]: tensor<3x7xf32>, %[[F:.*]]: tensor<3xi32>, %[[L:.*]]: tensor<3xi32>)
func.func @choice(%x: tensor<3x7xf32>, %first: tensor<3xi32>, %limit: tensor<3xi32>) {
  // CHECK: %[[S0:.*]] = indexer.topk_init : tensor<3x8xi64>
  %s0 = indexer.topk_init : tensor<3x8xi64>
  // CHECK: %[[S1:.*]] = indexer.topk_step %[[X]], %[[F]], %[[L]], %[[S0]] : tensor<3x7xf32>, tensor<3x8xi64>
  %s1 = indexer.topk_step %x, %first, %limit, %s0 : tensor<3x7xf32>, tensor<3x8xi64>
  // CHECK: %[[S2:.*]] = indexer.topk_step %[[X]], %[[L]], %[[F]], %[[S1]] {label = "more"} : tensor<3x7xf32>, tensor<3x8xi64>
  %s2 = indexer.topk_step %x, %limit, %first, %s1 {label = "more"} : tensor<3x7xf32>, tensor<3x8xi64>
  // CHECK: indexer.topk_finish %[[S2]] : tensor<3x8xi64> -> tensor<3x5xf32>, tensor<3x5xi32>
  %v, %i = indexer.topk_finish %s2 : tensor<3x8xi64> -> tensor<3x5xf32>, tensor<3x5xi32>
  // CHECK: indexer.topk_finish %[[S2]] {label = "all"} : tensor<3x8xi64> -> tensor<3x8xf32>, tensor<3x8xi32>
  %w, %j = indexer.topk_finish %s2 {label = "all"} : tensor<3x8xi64> -> tensor<3x8xf32>, tensor<3x8xi32>
  return
}
