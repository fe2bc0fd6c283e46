# RUN: mla-translate %s --kernel k --signature "*i32" --emit source-tile | FileCheck %s
"""program_id and num_programs along the three axes."""

import mla
import mla.language as ml

# CHECK: tile.program_id 0
# CHECK: tile.program_id 2
# CHECK: tile.num_programs 1
@mla.kernel
def k(p):
    ml.store(p, ml.program_id(0) + ml.program_id(axis=2) * ml.num_programs(1))
