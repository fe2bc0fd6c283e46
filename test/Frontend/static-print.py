# RUN: mla-translate %s --kernel k --signature "*fp32, 64" --emit source-tile 2>&1 | FileCheck %s
"""static_print shows constants and the types of run-time values as a remark."""

import mla
import mla.language as ml

# CHECK: static-print.py:[[#@LINE+3]]:8: remark: N = 64 *fp32[64] (1, 'a')
@mla.kernel
def k(p, N: ml.constexpr):
    ml.static_print(f"N = {N}", p + ml.arange(0, N), (1, "a"))
