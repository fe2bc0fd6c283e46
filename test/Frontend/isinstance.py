# RUN: mla-translate %s --kernel k --signature "*fp32, i32, 4, None, fp32" --emit source-tile | FileCheck %s
"""isinstance asks for the class of a value at compile time, so that helpers take several."""

import mla
import mla.language as ml


@mla.jit
def described(x, n, BLOCK: ml.constexpr):
    if isinstance(x, ml.tensor_descriptor):
        return x
    else:
        return ml.make_tensor_descriptor(x, [n], [1], [BLOCK])


# CHECK-LABEL: func.func @k
# CHECK-COUNT-1: = tile.view
# CHECK-NOT: = tile.view
@mla.kernel
def k(p, n, B: ml.constexpr, empty, x):
    ml.static_assert(isinstance(p, ml.tensor) and isinstance(n, ml.tensor) and not isinstance(B, ml.tensor))
    ml.static_assert(isinstance(B, ml.constexpr) and isinstance(empty, ml.constexpr) and not isinstance(n, ml.constexpr))
    ml.static_assert(isinstance((n, B), ml.tuple) and not isinstance(n, ml.tuple))
    ml.static_assert(isinstance(x.dtype, ml.dtype) and not isinstance(x, ml.dtype))
    ml.static_assert(isinstance(x, (ml.dtype, ml.tensor)) and not isinstance(x, (ml.constexpr, ml.tuple)))
    first = described(p, n, 16)
    described(first, n, 16).store([0], ml.zeros((16,), ml.float32))
