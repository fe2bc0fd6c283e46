# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""A pointer is cast to another pointer, alone or in a tile, with or without bitcast."""

import mla
import mla.language as ml


# CHECK: %[[A:.*]] = tile.ptr_cast %[[P:.*]] : !tile.ptr<f32> -> !tile.ptr<i8>
# CHECK: %[[PS:.*]] = tile.addptr
# CHECK: %[[B:.*]] = tile.ptr_cast %[[PS]] : tensor<16x!tile.ptr<f32>> -> tensor<16x!tile.ptr<bf16>>
# CHECK: tile.load %[[B]]
# CHECK: tile.load %[[A]]
@mla.kernel
def k(p, n):
    a = p.to(ml.pointer_type(ml.uint8), bitcast=True)
    b = (p + ml.arange(0, 16)).to(ml.pointer_type(ml.bfloat16))
    ml.static_assert(b.dtype == ml.pointer_type(ml.bfloat16))
    ml.device_print("x", ml.load(b), ml.load(a))
