# RUN: not mla-translate %s --kernel k --signature "i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""isinstance takes classes of the language."""

import mla
import mla.language as ml


@mla.kernel
def k(n):
    # CHECK: isinstance-class.py:[[#@LINE+1]]:39: error: isinstance expects ml.tensor, ml.constexpr, ml.tuple, ml.dtype, ml.tensor_descriptor or a tuple of these, got the type i32
    ml.static_assert(isinstance(n, ml.int32))
