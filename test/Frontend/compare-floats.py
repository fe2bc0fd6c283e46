# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""Comparisons are ordered except !=, which is true for NaN."""

import mla
import mla.language as ml

# CHECK: arith.cmpf olt
# CHECK: arith.cmpf ole
# CHECK: arith.cmpf ogt
# CHECK: arith.cmpf oge
# CHECK: arith.cmpf oeq
# CHECK: arith.cmpf une
@mla.kernel
def k(p):
    x = ml.load(p)
    a = x < 1
    a = x <= 1
    a = x > 1
    a = x >= 1
    a = x == 1
    a = x != 1
