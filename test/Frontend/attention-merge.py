# RUN: mla-translate %s --kernel k --signature "*fp32, *fp32, i32" --emit source-tile | FileCheck %s
"""Parts merge into the state of a softmax of one row; a state may be one tuple."""

import mla
import mla.language as ml


# CHECK: %[[M:.*]], %[[L:.*]], %[[ACC:.*]] = attn.softmax_init : tensor<1xf32>, tensor<1x8xf32>, tensor<1x64xf32>
# CHECK: %[[LOOP:.*]]:3 = scf.for {{.*}} iter_args(%[[M0:.*]] = %[[M]], %[[L0:.*]] = %[[L]], %[[ACC0:.*]] = %[[ACC]])
# CHECK: %[[M1:.*]], %[[L1:.*]], %[[ACC1:.*]] = attn.merge_step %{{.*}}, %{{.*}}, %[[M0]], %[[L0]], %[[ACC0]] {label = "merge"}
# CHECK: scf.yield %[[M1]], %[[L1]], %[[ACC1]]
# CHECK: attn.softmax_finish %[[LOOP]]#0, %[[LOOP]]#1, %[[LOOP]]#2
@mla.kernel
def k(out_ptr, lse_ptr, n):
    i = ml.arange(0, 8)
    state = ml.attn.softmax_init(1, 8, 64)
    for p in range(0, n, 8):
        out = ml.load(out_ptr + (p + i)[:, None] * 64 + ml.arange(0, 64)[None, :])
        state = ml.attn.merge_step(out, ml.load(lse_ptr + p + i), state[0], state[1], state[2], label="merge")
    out, lse = ml.attn.softmax_finish(state[0], state[1], state[2])
