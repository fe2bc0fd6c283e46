# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Nothing follows a line continuation."""

import mla
import mla.language as ml


# CHECK: bad-continuation.py:[[#@LINE+1]]:7: error: unexpected character after line continuation character
x = 1 \ + 2
