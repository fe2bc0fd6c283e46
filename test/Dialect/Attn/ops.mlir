// RUN: mla-opt %s | mla-opt | FileCheck %s
// RUN: mla-opt --mlir-print-op-generic %s | mla-opt | FileCheck %s

// CHECK-LABEL: func @masks
// CHECK-SAME: (%[[S:.*]]: tensor<5x7xf32>, %[[K:.*]]: i32, %[[L:.*]]: tensor<5xi32>, %[[W:.*]]: i32)
func.func @masks(%s: tensor<5x7xf32>, %k: i32, %limit: tensor<5xi32>, %w: i32) -> tensor<5x7xf32> {
  // CHECK: %[[A:.*]] = attn.mask %[[S]], %[[K]], %[[L]] : tensor<5x7xf32>, tensor<5xi32>
  %a = attn.mask %s, %k, %limit : tensor<5x7xf32>, tensor<5xi32>
  // CHECK: attn.mask %[[A]], %[[K]], %[[L]] window %[[W]] {label = "near"} : tensor<5x7xf32>, tensor<5xi32>
  %b = attn.mask %a, %k, %limit window %w {label = "near"} : tensor<5x7xf32>, tensor<5xi32>
  return %b : tensor<5x7xf32>
}

// CHECK-LABEL: func @softmax
// CHECK-SAME: (%[[S:.*]]: tensor<64x32xf32>, %[[SINK:.*]]: tensor<64xf32>)
func.func @softmax(%s: tensor<64x32xf32>, %sink: tensor<64xf32>) {
  // CHECK: %[[M:.*]], %[[L:.*]], %[[ACC:.*]] = attn.softmax_init : tensor<64xf32>, tensor<64x32xf32>, tensor<64x512xf32>
  %m, %l, %acc = attn.softmax_init : tensor<64xf32>, tensor<64x32xf32>, tensor<64x512xf32>
  // CHECK: %[[P:.*]], %[[M1:.*]], %[[L1:.*]], %[[ACC1:.*]] = attn.softmax_step %[[S]], %[[M]], %[[L]], %[[ACC]]
  // CHECK-SAME: {label = "softmax"} : tensor<64x32xf32>, tensor<64xf32>, tensor<64x32xf32>, tensor<64x512xf32>
  %p, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc {label = "softmax"}
      : tensor<64x32xf32>, tensor<64xf32>, tensor<64x32xf32>, tensor<64x512xf32>
  // CHECK: attn.softmax_finish %[[M1]], %[[L1]], %[[ACC1]] : tensor<64xf32>, tensor<64x32xf32>, tensor<64x512xf32>
  %out, %lse = attn.softmax_finish %m1, %l1, %acc1 : tensor<64xf32>, tensor<64x32xf32>, tensor<64x512xf32>
  // CHECK: attn.softmax_finish %[[M1]], %[[L1]], %[[ACC1]] sink %[[SINK]] {label = "end"}
  %out2, %lse2 = attn.softmax_finish %m1, %l1, %acc1 sink %sink {label = "end"}
      : tensor<64xf32>, tensor<64x32xf32>, tensor<64x512xf32>
  return
}

// CHECK-LABEL: func @one_sum_for_each_row
func.func @one_sum_for_each_row(%s: tensor<64x32xf32>, %m: tensor<64xf32>, %l: tensor<64x1xf32>, %acc: tensor<64x512xf32>) {
  // CHECK: attn.softmax_step {{.*}} : tensor<64x32xf32>, tensor<64xf32>, tensor<64x1xf32>, tensor<64x512xf32>
  %p, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc
      : tensor<64x32xf32>, tensor<64xf32>, tensor<64x1xf32>, tensor<64x512xf32>
  // CHECK: attn.softmax_finish {{.*}} : tensor<64xf32>, tensor<64x1xf32>, tensor<64x512xf32>
  %out, %lse = attn.softmax_finish %m1, %l1, %acc1 : tensor<64xf32>, tensor<64x1xf32>, tensor<64x512xf32>
  return
}

// CHECK-LABEL: func @merge
// CHECK-SAME: (%[[O:.*]]: tensor<3x5xf32>, %[[E:.*]]: tensor<3xf32>)
func.func @merge(%out: tensor<3x5xf32>, %lse: tensor<3xf32>) {
  // CHECK: %[[M:.*]], %[[L:.*]], %[[ACC:.*]] = attn.softmax_init
  %m, %l, %acc = attn.softmax_init : tensor<1xf32>, tensor<1x3xf32>, tensor<1x5xf32>
  // CHECK: attn.merge_step %[[O]], %[[E]], %[[M]], %[[L]], %[[ACC]] {label = "merge"}
  // CHECK-SAME: : tensor<3x5xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1x3xf32>, tensor<1x5xf32>
  %m1, %l1, %acc1 = attn.merge_step %out, %lse, %m, %l, %acc {label = "merge"}
      : tensor<3x5xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1x3xf32>, tensor<1x5xf32>
  return
}

// CHECK-LABEL: func @backward
// CHECK-SAME: (%[[S:.*]]: tensor<5x7xf32>, %[[LSE:.*]]: tensor<5xf32>, %[[LSET:.*]]: tensor<7xf32>, %[[SCALE:.*]]: f32)
func.func @backward(%s: tensor<5x7xf32>, %lse: tensor<5xf32>, %lset: tensor<7xf32>, %scale: f32) {
  // CHECK: %[[P:.*]], %[[D:.*]] = attn.grad_scores %[[S]], %[[LSE]], %[[S]], %[[LSE]], %[[SCALE]] : tensor<5x7xf32>, tensor<5xf32>
  %p, %d = attn.grad_scores %s, %lse, %s, %lse, %scale : tensor<5x7xf32>, tensor<5xf32>
  // CHECK: attn.grad_scores %[[P]], %[[LSET]], %[[D]], %[[LSET]], %[[SCALE]] {label = "grad", transposed} : tensor<5x7xf32>, tensor<7xf32>
  %q, %e = attn.grad_scores %p, %lset, %d, %lset, %scale {label = "grad", transposed} : tensor<5x7xf32>, tensor<7xf32>
  return
}
