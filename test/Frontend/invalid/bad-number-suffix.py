# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A number does not run into a name."""

import mla
import mla.language as ml


# CHECK: bad-number-suffix.py:[[#@LINE+1]]:5: error: invalid number '12abc'
x = 12abc
