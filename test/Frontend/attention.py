# RUN: mla-translate %s --kernel k --signature "*fp32, *bf16, i32" --emit source-tile | FileCheck %s
"""ml.attn: the state is carried through a loop; scalars stand for a value of every row."""

import mla
import mla.language as ml
from mla.language.attn import softmax_finish as finish


# CHECK: %[[M:.*]], %[[L:.*]], %[[ACC:.*]] = attn.softmax_init : tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
# CHECK: %[[LOOP:.*]]:3 = scf.for %[[K:.*]] = {{.*}} iter_args(%[[M0:.*]] = %[[M]], %[[L0:.*]] = %[[L]], %[[ACC0:.*]] = %[[ACC]])
# CHECK: %[[LIMIT:.*]] = tile.splat %{{.*}} : i32 -> tensor<16xi32>
# CHECK: %[[S:.*]] = attn.mask %{{.*}}, %[[K]], %[[LIMIT]] : tensor<16x32xf32>, tensor<16xi32>
# CHECK: %[[W:.*]] = arith.constant 128 : i32
# CHECK: %[[S2:.*]] = attn.mask %[[S]], %[[K]], %{{.*}} window %[[W]] {label = "near"}
# CHECK: %[[P:.*]], %[[M1:.*]], %[[L1:.*]], %[[ACC1:.*]] = attn.softmax_step %[[S2]], %[[M0]], %[[L0]], %[[ACC0]] scale %{{.*}} {label = "softmax"}
# CHECK: arith.truncf %[[P]]
# CHECK: %[[ACC2:.*]] = tile.dot %{{.*}}, %{{.*}}, %[[ACC1]]
# CHECK: scf.yield %[[M1]], %[[L1]], %[[ACC2]]
# CHECK: attn.softmax_finish %[[LOOP]]#0, %[[LOOP]]#1, %[[LOOP]]#2 : tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
# CHECK: %[[NUMBER:.*]] = arith.constant 5.000000e-01 : f32
# CHECK: %[[SINK:.*]] = tile.splat %[[NUMBER]] : f32 -> tensor<16xf32>
# CHECK: attn.softmax_finish %[[LOOP]]#0, %[[LOOP]]#1, %[[LOOP]]#2 sink %[[SINK]] {label = "end"}
@mla.kernel
def k(p, v_ptr, n):
    i = ml.arange(0, 32)
    v = ml.load(v_ptr + i[:, None] * 64 + ml.arange(0, 64)[None, :])
    m, l, acc = ml.attn.softmax_init(16, sums=32, dims=64)
    for k0 in range(0, n, 32):
        s = ml.attn.mask(ml.zeros((16, 32), ml.float32), k0, n)
        s = ml.attn.mask(s, k0, n - ml.arange(0, 16), window=128, label="near")
        weights, m, l, acc = ml.attn.softmax_step(s, m, l, acc, scale=2, label="softmax")
        acc = ml.dot(weights.to(ml.bfloat16), v, acc)
    out, lse = ml.attn.softmax_finish(m, l, acc)
    out, lse = finish(m, l, acc, sink=0.5, label="end")
