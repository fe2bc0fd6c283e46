# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Orders have names."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: atomic-sem.py:[[#@LINE+1]]:{{[0-9]+}}: error: expected 'sem' to be 'relaxed', 'acquire', 'release', 'acq_rel', got 'seq_cst'
    ml.atomic_add(p, n, sem="seq_cst")
