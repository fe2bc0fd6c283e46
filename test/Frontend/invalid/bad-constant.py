# RUN: not mla-translate %s --kernel k --signature "*fp32" --set "B=a b" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A constant that is no literal."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: bad-constant.py:[[#@LINE+1]]:10: error: the value 'a b' given for 'B' is not understood: expected an integer, a float, True, False, None, a quoted string or a type name
def k(p, B: ml.constexpr):
    pass
