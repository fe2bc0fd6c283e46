# RUN: mla-translate %s --kernel k --signature "*fp16, i32" --emit source-tile | FileCheck %s
"""x.type of a tile has extents beside the element type; of a scalar it is the element type."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    x = ml.zeros((16, 3), ml.int32)
    ml.static_assert(x.type.element_ty == ml.int32 and x.type.scalar == ml.int32 and x.type.shape == (16, 3))
    ml.static_assert(x.type.is_block() and not x.type.is_int() and not x.type.is_ptr())
    ml.static_assert(x.type == ml.zeros((16, 3), ml.int32).type and x.type != ml.zeros((3, 16), ml.int32).type)
    ml.static_assert(x.type != ml.int32 and isinstance(x.type, ml.dtype))
    ml.static_assert(not n.type.is_block() and n.type == ml.int32)
    pointers = p + ml.arange(0, 16)
    ml.static_assert(pointers.type.element_ty == ml.pointer_type(ml.float16))
    ml.static_assert(pointers.type.scalar.element_ty == ml.float16 and p.type.element_ty == ml.float16)
    ml.static_assert(f"{x.type}" == "i32[16, 3]")
    # CHECK: tile.store {{.*}} : tensor<16x!tile.ptr<f16>>
    ml.store(pointers, ml.zeros((16,), pointers.type.scalar.element_ty))
