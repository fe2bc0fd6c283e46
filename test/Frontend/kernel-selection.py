# RUN: mla-translate %s --signature "*fp32" --emit source-tile | FileCheck %s
"""Without --kernel the only @mla.kernel of the file is compiled, whatever helpers there are."""

import mla
import mla.language as ml

# CHECK: func.func @only(
# CHECK-NOT: func.func
@mla.jit
def helper(x):
    return x


@mla.kernel
def only(p):
    ml.store(p, helper(1.0))
