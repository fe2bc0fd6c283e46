# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Hints have known values."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unknown-hint.py:[[#@LINE+1]]:20: error: expected 'cache_modifier' to be '.ca', '.cg', '.cv', got '.xx'
    x = ml.load(p, cache_modifier=".xx")
