# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A line must not be indented without a block."""

import mla
import mla.language as ml


x = 1
# CHECK: unexpected-indent.py:[[#@LINE+1]]:1: error: unexpected indent
    y = 2
