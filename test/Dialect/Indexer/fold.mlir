// RUN: mla-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @a_step_without_columns_changes_nothing
// CHECK-SAME: %[[S:[^:]*]]: tensor<2x4xi64>
// CHECK: return %[[S]]
func.func @a_step_without_columns_changes_nothing(%x: tensor<2x7xf32>, %first: tensor<2xi32>, %s: tensor<2x4xi64>) -> tensor<2x4xi64> {
  %limit = arith.constant dense<[0, -5]> : tensor<2xi32>
  %r = indexer.topk_step %x, %first, %limit, %s : tensor<2x7xf32>, tensor<2x4xi64>
  return %r : tensor<2x4xi64>
}

// CHECK-LABEL: func @a_step_with_a_column_in_one_row_stays
// CHECK: indexer.topk_step
func.func @a_step_with_a_column_in_one_row_stays(%x: tensor<2x7xf32>, %first: tensor<2xi32>, %s: tensor<2x4xi64>) -> tensor<2x4xi64> {
  %limit = arith.constant dense<[0, 1]> : tensor<2xi32>
  %r = indexer.topk_step %x, %first, %limit, %s : tensor<2x7xf32>, tensor<2x4xi64>
  return %r : tensor<2x4xi64>
}

// CHECK-LABEL: func @a_step_of_unknown_limits_stays
// CHECK: indexer.topk_step
func.func @a_step_of_unknown_limits_stays(%x: tensor<2x7xf32>, %limit: tensor<2xi32>, %s: tensor<2x4xi64>) -> tensor<2x4xi64> {
  %r = indexer.topk_step %x, %limit, %limit, %s : tensor<2x7xf32>, tensor<2x4xi64>
  return %r : tensor<2x4xi64>
}
