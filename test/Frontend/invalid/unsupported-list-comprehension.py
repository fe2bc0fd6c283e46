# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Python that kernels do not have: comprehensions of comprehensions."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unsupported-list-comprehension.py:[[#@LINE+1]]:44: error: comprehensions over several ranges are not supported in kernels
    x = [i + j for i in ml.static_range(2) for j in ml.static_range(2)]
