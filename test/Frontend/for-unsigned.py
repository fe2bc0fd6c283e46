# RUN: mla-translate %s --kernel k --signature "*fp32, u32" --emit source-tile | FileCheck %s
"""Unsigned bounds compare unsigned."""

import mla
import mla.language as ml

# CHECK: scf.for unsigned
@mla.kernel
def k(p, n):
    for i in range(0, n):
        ml.store(p + i, 0.0)
