# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A triple-quoted string must end."""

import mla
import mla.language as ml


# CHECK: unterminated-triple.py:[[#@LINE+1]]:5: error: unterminated string literal
x = """abc
