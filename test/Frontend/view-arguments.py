# RUN: mla-translate %s --kernel k --signature "*bf16:16, *fp16, i32, None, " --emit source-tile | FileCheck %s
"""Views become pointer, named extents that are new, strides; types in the signature win; None leaves one out."""

import mla
import mla.language as ml
from mla.language import tensor as view

HEAD = 576

# CHECK-LABEL: func.func @k(
# CHECK-SAME: %[[A:[^:]*]]: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %[[T:[^:]*]]: i64, %[[H:[^:]*]]: i64, %[[A0:[^:]*]]: i64 {tile.divisibility = 16 : i32}, %[[A1:[^:]*]]: i64 {tile.divisibility = 16 : i32},
# CHECK-SAME: %[[B:[^:]*]]: !tile.ptr<f16>, %[[N:[^:]*]]: i64, %[[B0:[^:]*]]: i64,
# CHECK-SAME: %{{[^:]*}}: i32,
# CHECK-SAME: %[[D:[^:]*]]: !tile.ptr<i8>, %[[E:[^:]*]]: i64)
# CHECK-SAME: {divisibility = 16 : i32, name = "a", type = "*bf16"}, {divisibility = 1 : i32, name = "T", type = "i64"},
# CHECK-SAME: {divisibility = 1 : i32, name = "H", type = "i64"}, {divisibility = 16 : i32, name = "a.stride0", type = "i64"},
# CHECK-SAME: {divisibility = 16 : i32, name = "a.stride1", type = "i64"}, {divisibility = 1 : i32, name = "b", type = "*fp16"},
# CHECK-SAME: {divisibility = 1 : i32, name = "N", type = "i64"}, {divisibility = 1 : i32, name = "b.stride0", type = "i64"},
# CHECK-SAME: name = "n", type = "i32"}, {divisibility = 1 : i32, name = "d", type = "*i1"}, {divisibility = 1 : i32, name = "E", type = "i64"}]
# CHECK-SAME: tile.constants = {c = "None"}
# CHECK: tile.view %[[A]], shape[%[[T]], %[[H]]] strides[%[[A0]], %[[A1]]] : !tile.view<?x?x576xbf16>
# CHECK: tile.view %[[B]], shape[%[[T]], %[[N]]] strides[%[[B0]]] : !tile.view<?x?xf16>
# CHECK: tile.view %[[D]], shape[%[[E]]] strides[] : !tile.view<?xi8>
@mla.kernel
def k(
    a: ml.tensor[ml.bf16, 'T', 'H', HEAD], b: ml.tensor[ml.bfloat16, 'T', 'N'], n,
    c: ml.tensor[ml.f32, 'X'], d: view[ml.int1, 'E'],
):
    ml.static_assert(a.dtype == ml.bfloat16)
    ml.static_assert(b.dtype == ml.float16)
    ml.static_assert(a.shape[2] == HEAD)
    ml.static_assert(len(a.shape) == 3)
    ml.static_assert(a.strides[2] == 1)
    ml.static_assert(c is None)
    ml.static_assert(a is not None)
