# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""arange, zeros and full."""

import mla
import mla.language as ml

# CHECK: tile.range -2 to 5 : tensor<7xi32>
# CHECK: arith.constant dense<0.000000e+00> : tensor<2x3xbf16>
# CHECK: arith.constant dense<0xFF800000> : tensor<4xf32>
# CHECK: %[[S:.*]] = arith.truncf %{{.*}} : f32 to f16
# CHECK: tile.splat %[[S]] : f16 -> tensor<2x2xf16>
# CHECK: arith.constant dense<true> : tensor<6xi1>
@mla.kernel
def k(p):
    a = ml.arange(-2, 5)
    b = ml.zeros([2, 3], dtype=ml.bfloat16)
    c = ml.full((4,), -float("inf"), ml.float32)
    d = ml.full((2, 2), ml.load(p), ml.float16)
    e = ml.full((6,), True, ml.int1)
