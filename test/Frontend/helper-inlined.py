# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""Helpers are inlined with positional, keyword and default arguments; constants stay constants."""

import mla
import mla.language as ml

# CHECK-LABEL: func.func @k(
# CHECK: tile.range 0 to 32
# CHECK-NOT: func.call
# CHECK-NOT: func.func
@mla.jit
def offsets(start, length: ml.constexpr, /, scale=2, *, shift: ml.constexpr = 0):
    return start * scale + ml.arange(shift, shift + length)


@mla.kernel
def k(p):
    ml.store(p + offsets(ml.program_id(0), 32), 0.0)
    # CHECK: tile.range 4 to 12
    ml.store(p + offsets(ml.program_id(0), 8, shift=4, scale=1), 0.0)
