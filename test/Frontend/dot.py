# RUN: mla-translate %s --kernel k --signature "*bf16" --emit source-tile | FileCheck %s
"""dot accumulates in fp32, from zero or from acc."""

import mla
import mla.language as ml

# CHECK: %[[Z:.*]] = arith.constant dense<0.000000e+00> : tensor<16x48xf32>
# CHECK: %[[C:.*]] = tile.dot %{{.*}}, %{{.*}}, %[[Z]] : tensor<16x32xbf16>, tensor<32x48xbf16>, tensor<16x48xf32>
# CHECK: tile.dot %{{.*}}, %{{.*}}, %[[C]] {label = "pv"}
@mla.kernel
def k(p):
    i = ml.arange(0, 32)
    a = ml.load(p + ml.arange(0, 16)[:, None] * 32 + i[None, :])
    b = ml.load(p + i[:, None] * 48 + ml.arange(0, 48)[None, :])
    c = ml.dot(a, b)
    c = ml.dot(a, b, c, input_precision="tf32", label="pv")
