# RUN: mla-translate %s --kernel k --signature ",*i32" --emit source-tile | FileCheck %s
"""A view's pointer and strides address elements that no slice reaches."""

import mla
import mla.language as ml

# CHECK-LABEL: func.func @k(
# CHECK-SAME: %[[P:[^:]*]]: !tile.ptr<bf16>, %{{[^:]*}}: i64, %[[S:[^:]*]]: i64, %{{[^:]*}}: !tile.ptr<i32>)
@mla.kernel
def k(cache: ml.tensor[ml.bf16, 'ROWS', 576], rows):
    ml.static_assert(cache.ptr.dtype == ml.pointer_type(ml.bfloat16))
    # CHECK: %[[R:.*]] = tile.load
    r = ml.load(rows + ml.arange(0, 8))
    # CHECK: arith.muli %{{.*}}, %{{.*}} : tensor<8xi64>
    # CHECK: %[[BASE:.*]] = tile.splat %[[P]] : !tile.ptr<bf16> -> tensor<8x!tile.ptr<bf16>>
    # CHECK: tile.addptr %[[BASE]], %{{.*}} : tensor<8x!tile.ptr<bf16>>, tensor<8xi64>
    # CHECK: tile.load %{{.*}} : tensor<8x576x!tile.ptr<bf16>>
    x = ml.load((cache.ptr + r * cache.strides[0])[:, None] + ml.arange(0, 576)[None, :])
