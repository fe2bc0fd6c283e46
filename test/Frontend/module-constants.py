# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""Module-level constants are evaluated when used; one that is not used may be anything."""

import mla
import mla.language as ml

# CHECK: tile.range 0 to 24
DEPTH = 2; TILE = DEPTH * 4
WIDTH = ml.constexpr(TILE * 3)
ACC: ml.constexpr = ml.float32
DEVICE = torch.device("cuda")


@mla.kernel
def k(p):
    ml.store(p + ml.arange(0, WIDTH), ml.zeros((WIDTH,), ACC))
