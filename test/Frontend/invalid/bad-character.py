# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Characters that Python does not know."""

import mla
import mla.language as ml


# CHECK: bad-character.py:[[#@LINE+1]]:9: error: invalid character '$'
x = 1 + $y
