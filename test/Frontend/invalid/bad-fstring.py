# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A lone '}' in an f-string."""

import mla
import mla.language as ml


# CHECK: bad-fstring.py:[[#@LINE+1]]:8: error: f-string: single '}' is not allowed
x = f"a}"
