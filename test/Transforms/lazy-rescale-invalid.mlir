// RUN: mla-opt %s -verify-diagnostics -pass-pipeline='builtin.module(func.func(attn-lazy-rescale{op=softmax}))'
// RUN: not mla-opt %s -pass-pipeline='builtin.module(func.func(attn-lazy-rescale{op=step threshold=-2}))' 2>&1 | FileCheck %s

// CHECK: error: attn-lazy-rescale: 'threshold' must be at least 0, got -2
// expected-error@+1 {{attn-lazy-rescale: 'op' names none of the softmax steps: 'softmax'; softmax steps with labels: 'step'}}
func.func @unknown(%s: tensor<16x32xf32>) attributes {tile.kernel} {
  %m, %l, %acc = attn.softmax_init : tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
  %w, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc {label = "step"} : tensor<16x32xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
  return
}
