# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""num_warps and num_stages of the decorator and of a loop are kept, with their origin."""

import mla
import mla.language as ml

# CHECK: tile.kernel, tile.num_stages = 4 : i32, tile.num_warps = 8 : i32, tile.provenance = {num_stages = "source", num_warps = "source"}
@mla.kernel(num_warps=8, num_stages=2)
def k(p, n):
    for i in ml.range(0, n, num_stages=4):
        ml.store(p + i, 0.0)
