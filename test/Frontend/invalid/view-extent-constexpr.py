# RUN: not mla-translate %s --kernel k --signature ", 0" --emit source-tile 2>&1 | FileCheck %s --check-prefix=ZERO --implicit-check-not="{{:}} error:"
# RUN: not mla-translate %s --kernel k --signature ", 'wide'" --emit source-tile 2>&1 | FileCheck %s --check-prefix=TEXT --implicit-check-not="{{:}} error:"
"""An extent that a constexpr names is a positive integer."""

import mla
import mla.language as ml


@mla.kernel
# ZERO: view-extent-constexpr.py:[[#@LINE+2]]:7: error: the extent 'D' of 'a' expects a positive integer as value of that constexpr, got the constant 0
# TEXT: view-extent-constexpr.py:[[#@LINE+1]]:7: error: the extent 'D' of 'a' expects a positive integer as value of that constexpr, got the string 'wide'
def k(a: ml.tensor[ml.bf16, 'M', 'D'], D: ml.constexpr):
    pass
