# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Other packages cannot be used in kernels."""

import mla
import mla.language as ml


import numpy as np


@mla.kernel
def k(p, n):
    # CHECK: foreign-module.py:[[#@LINE+1]]:17: error: 'np' is 'numpy', which kernels cannot use
    ml.store(p, np.pi)
