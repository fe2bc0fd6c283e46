# RUN: mla-translate %s --kernel k --signature "*bf16, 3" --emit source-tile | FileCheck %s
"""A batch of products is unrolled; three results are put together as four."""

import mla
import mla.language as ml


@mla.kernel
def k(p, B: ml.constexpr):
    b = ml.arange(0, B)[:, None, None]
    m = ml.arange(0, 16)
    # CHECK: %[[X:.*]] = tile.load {{.*}} : tensor<3x16x16x!tile.ptr<bf16>>
    x = ml.load(p + b * 256 + m[None, :, None] * 16 + m[None, None, :])
    # CHECK: %[[S0:.*]] = tile.slice %[[X]]{{.*}}[0, 0, 0]
    # CHECK: %[[A0:.*]] = tile.reshape %[[S0]]
    # CHECK: tile.dot %[[A0]], {{.*}} {label = "x.0"
    # CHECK: tile.dot {{.*}} {label = "x.1"
    # CHECK: %[[D2:.*]] = tile.dot {{.*}} {label = "x.2"
    # CHECK: %[[LAST:.*]] = tile.expand_dims %[[D2]]
    # CHECK: tile.join
    # CHECK: tile.join %[[LAST]], %[[LAST]]
    # CHECK: tile.join
    # CHECK: %[[ALL:.*]] = tile.reshape {{.*}} -> tensor<4x16x16xf32>
    # CHECK: tile.slice %[[ALL]]{{.*}}[0, 0, 0] {{.*}} tensor<3x16x16xf32>
    y = ml.dot(x, x, label="x")
    ml.store(p + b * 256 + m[None, :, None] * 16 + m[None, None, :], y.to(ml.bfloat16))
    # CHECK-COUNT-2: tile.dot
    # CHECK-NOT: tile.dot
    one = ml.dot(x[0:1], x[0:1], acc=y[1:2], out_dtype=ml.float32)
    two = ml.dot(x[0:1], x[0:1])
    ml.store(p + m[None, :, None] * 16 + m[None, None, :], (one + two).to(ml.bfloat16))
