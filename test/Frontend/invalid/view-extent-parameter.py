# RUN: not mla-translate %s --kernel k --signature ", i64" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""An extent and a parameter do not share a name."""

import mla
import mla.language as ml


@mla.kernel
# CHECK: view-extent-parameter.py:[[#@LINE+1]]:7: error: the extent 'n' of 'a' has the name of a parameter that is no constexpr
def k(a: ml.tensor[ml.bf16, 'M', 'n'], n):
    pass
