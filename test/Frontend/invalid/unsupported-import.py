# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Python that kernels do not have: 'import' statements inside functions."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unsupported-import.py:[[#@LINE+1]]:5: error: 'import' statements inside functions are not supported in kernels
    import math
