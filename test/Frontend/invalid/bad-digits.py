# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Underscores stand between digits."""

import mla
import mla.language as ml


# CHECK: bad-digits.py:[[#@LINE+1]]:7: error: expected a digit after '_' in a number
x = 10__1
