# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""A helper's parameter that is annotated constexpr takes run-time values too, as in Triton."""

import mla
import mla.language as ml


@mla.jit
def put(p, offsets: ml.constexpr, n: ml.constexpr, BLOCK: ml.constexpr):
    ml.static_assert(BLOCK == 16)
    ml.store(p + offsets, 0.0, mask=offsets < n)


# CHECK: func.func @k(%{{[a-z0-9]+}}: !tile.ptr<f32>, %[[N:[a-z0-9]+]]: i32)
# CHECK: %[[RANGE:.*]] = tile.range
# CHECK: %[[BOUND:.*]] = tile.splat %[[N]]
# CHECK: arith.cmpi slt, %[[RANGE]], %[[BOUND]]
@mla.kernel
def k(p, n):
    put(p, ml.arange(0, 16), n, 16)
