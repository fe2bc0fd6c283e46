# RUN: mla-translate %s --kernel k --signature "*fp32, *i32, i32" --emit source-tile | FileCheck %s
"""ml.indexer: logits of two tokens, a choice that a loop carries; scalars stand for a value of every row or key."""

import mla
import mla.language as ml
from mla.language.indexer import topk_finish as chosen


# CHECK: %[[LOGITS:.*]] = indexer.head_reduce %[[S:.*]], %[[W:.*]] : tensor<6x32xf32>, tensor<2x3xf32> -> tensor<2x32xf32>
# CHECK: %[[KS:.*]] = tile.load
# CHECK: indexer.head_reduce %[[S]], %[[W]] key_scale %[[KS]] {label = "heads"} : tensor<6x32xf32>, tensor<2x3xf32>, tensor<32xf32> -> tensor<2x32xf32>
# CHECK: %[[ONE:.*]] = tile.splat %{{.*}} : f32 -> tensor<32xf32>
# CHECK: indexer.head_reduce %[[S]], %[[W]] key_scale %[[ONE]]
# CHECK: %[[STATE:.*]] = indexer.topk_init : tensor<2x64xi64>
# CHECK: %[[LOOP:.*]] = scf.for {{.*}} iter_args(%[[S0:.*]] = %[[STATE]]) -> (tensor<2x64xi64>)
# CHECK: %[[FIRST:.*]] = tile.splat %{{.*}} : i32 -> tensor<2xi32>
# CHECK: %[[S1:.*]] = indexer.topk_step %[[LOGITS]], %[[FIRST]], %{{.*}}, %[[S0]] {label = "choose"} : tensor<2x32xf32>, tensor<2x64xi64>
# CHECK: scf.yield %[[S1]]
# CHECK: indexer.topk_finish %[[LOOP]] : tensor<2x64xi64> -> tensor<2x33xf32>, tensor<2x33xi32>
# CHECK: indexer.topk_finish %[[LOOP]] {label = "all"} : tensor<2x64xi64> -> tensor<2x64xf32>, tensor<2x64xi32>
@mla.kernel
def k(p, lengths, n):
    i = ml.arange(0, 32)
    s = ml.zeros((6, 32), ml.float32) + n
    w = ml.full((2, 3), 0.5, ml.float32)
    logits = ml.indexer.head_reduce(s, w)
    scaled = ml.indexer.head_reduce(s, w, ml.load(p + i), label="heads")
    scaled = ml.indexer.head_reduce(s, w, key_scale=1.0)
    state = ml.indexer.topk_init(2, 33)
    ml.static_assert(state.dtype == ml.int64 and state.shape == (2, 64))
    for k0 in range(0, n, 32):
        state = ml.indexer.topk_step(logits, k0, ml.load(lengths + ml.arange(0, 2)), state, label="choose")
    values, indices = ml.indexer.topk_finish(state, 33)
    ml.static_assert(indices.dtype == ml.int32)
    values, indices = chosen(state, 64, label="all")
