# RUN: mla-translate %s --kernel k --signature "1, 2" --set A=10 --set D=40 --emit source-tile | FileCheck %s
"""--set wins over the signature, which wins over defaults."""

import mla
import mla.language as ml

# CHECK: tile.constants = {A = 10 : i64, B = 2 : i64, C = 300 : i64, D = 40 : i64}
@mla.kernel
def k(A: ml.constexpr = 100, B: ml.constexpr = 200, C: ml.constexpr = 300, D: ml.constexpr = 400):
    pass
