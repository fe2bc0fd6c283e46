# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Brackets must be closed."""

import mla
import mla.language as ml


# CHECK: unclosed-bracket.py:[[#@LINE+1]]:5: error: '(' is never closed
x = (1, 2
