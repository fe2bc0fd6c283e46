# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Scopes have names."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: atomic-scope.py:[[#@LINE+1]]:{{[0-9]+}}: error: expected 'scope' to be 'cta', 'gpu', 'sys', got 'warp'
    ml.atomic_add(p, n, scope="warp")
