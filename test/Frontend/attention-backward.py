# RUN: mla-translate %s --kernel k --signature "*fp32, fp32" --emit source-tile | FileCheck %s
"""ml.attn.grad_scores: rows of scores are queries or, transposed, keys; scalars stand for a value of every row."""

import mla
import mla.language as ml


# CHECK: func.func @k({{.*}}, %[[SCALE:[^:]*]]: f32)
# CHECK: %[[LSE:.*]] = tile.load
# CHECK: %[[DELTA:.*]] = tile.splat %{{.*}} : f32 -> tensor<16xf32>
# CHECK: %[[P:.*]], %[[DS:.*]] = attn.grad_scores %[[S:.*]], %[[LSE]], %[[S]], %[[DELTA]], %[[SCALE]] : tensor<16x32xf32>, tensor<16xf32>
# CHECK: %[[EIGHTH:.*]] = arith.constant 1.250000e-01 : f32
# CHECK: attn.grad_scores %[[T:.*]], %[[LSE]], %[[T]], %[[LSE]], %[[EIGHTH]] {label = "grad", transposed} : tensor<32x16xf32>, tensor<16xf32>
@mla.kernel
def k(p, scale):
    s = ml.zeros((16, 32), ml.float32)
    lse = ml.load(p + ml.arange(0, 16))
    weights, grads = ml.attn.grad_scores(s, lse, s, 0.0, scale)
    t = ml.zeros((32, 16), ml.float32)
    weights, grads = ml.attn.grad_scores(t, lse, t, lse, 0.125, transposed=True, label="grad")
