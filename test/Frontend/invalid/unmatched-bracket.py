# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Brackets must match."""

import mla
import mla.language as ml


# CHECK: unmatched-bracket.py:[[#@LINE+1]]:10: error: expected ')' to close '(' of line [[#@LINE+1]], got ']'
x = (1, 2]
