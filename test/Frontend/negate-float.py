# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""As in Triton -x is 0 - x."""

import mla
import mla.language as ml

# CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
# CHECK: arith.subf %[[ZERO]], %{{.*}} fastmath<contract> : f32
@mla.kernel
def k(p):
    ml.store(p, -ml.load(p))
