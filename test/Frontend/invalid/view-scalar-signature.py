# RUN: not mla-translate %s --kernel k --signature "i32, i32, 64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A view is bound to a pointer."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: view-scalar-signature.py:[[#@LINE+1]]:7: error: the view 'a' takes a pointer type such as '*bf16:16', or None, got i32
def k(a: ml.tensor[ml.bf16, 'M', 'K'], n, BLOCK: ml.constexpr):
    pass
