# RUN: mla-translate %s --kernel k --signature "*i1" --emit source-tile | FileCheck %s
"""A bool is a byte in memory: *i1 loads and stores i8 and compares with zero."""

import mla
import mla.language as ml

# CHECK: func.func @k(%[[P:.*]]: !tile.ptr<i8>)
# CHECK: %[[BYTE:.*]] = tile.load %[[P]] : !tile.ptr<i8>
# CHECK: %[[BIT:.*]] = arith.cmpi ne, %[[BYTE]], %{{.*}} : i8
# CHECK: %[[FLIPPED:.*]] = arith.xori %[[BIT]]
# CHECK: %[[OUT:.*]] = arith.extui %[[FLIPPED]] : i1 to i8
# CHECK: tile.store %[[P]], %[[OUT]]
@mla.kernel
def k(p):
    ml.store(p, not ml.load(p))
