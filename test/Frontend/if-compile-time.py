# RUN: mla-translate %s --kernel k --signature "*fp32, None, 'relu'" --emit source-tile | FileCheck %s
"""Compile-time conditions select a side; the other is not checked."""

import mla
import mla.language as ml

# CHECK-NOT: scf.if
# CHECK: arith.maxnumf
@mla.kernel
def k(p, bias: ml.constexpr, ACT: ml.constexpr):
    x = ml.load(p)
    if bias is not None:
        x = x + bias.nonsense()
    elif ACT == "gelu":
        x = missing(x)
    elif ACT == "relu":
        x = ml.maximum(x, 0.0)
    x = x if ACT else undefined
    ml.store(p, x)
