# RUN: mla-translate %s --kernel k --signature ", i32, i64, 32" --emit source-tile | FileCheck %s
"""The length of a slice is what is left of end - start when all run-time values cancel out."""

import mla
import mla.language as ml

HALF: ml.constexpr = 16


@mla.jit
def first(i, STEP: ml.constexpr):
    return (i // 3) * STEP


# CHECK-LABEL: func.func @k(
@mla.kernel
def k(a: ml.tensor[ml.f32, 'N'], m, n, BLOCK: ml.constexpr):
    # CHECK: -> tensor<32xf32>
    ml.store(a[0:32], ml.load(a[BLOCK + m:m + 2 * BLOCK]))
    # CHECK: -> tensor<8xf32>
    ml.store(a[0:8], ml.load(a[m - 8:m]))
    # CHECK: -> tensor<24xf32>
    ml.store(a[0:24], ml.load(a[n - HALF:n + 8]))
    # A product of the same factors is the same, wherever it is written.
    # CHECK: -> tensor<32xf32>
    ml.store(a[0:32], ml.load(a[ml.program_id(0) * BLOCK:(ml.program_id(0) + 1) * BLOCK]))
    # CHECK: -> tensor<7xf32>
    ml.store(a[0:7], ml.load(a[first(m, BLOCK):first(m, BLOCK) + 7]))
    end = m + 64
    # CHECK: -> tensor<64xf32>
    ml.store(a[0:64], ml.load(a[m:end]))
    # Both ends are extended, one of them early.
    # CHECK: -> tensor<5xf32>
    ml.store(a[0:5], ml.load(a[m:m.to(ml.int64) + 5]))
