# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Malformed numbers."""

import mla
import mla.language as ml


# CHECK: bad-number.py:[[#@LINE+1]]:5: error: leading zeros in decimal integers are not permitted; use 0o for octal
x = 0123
