# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>%t.remarks | FileCheck %s
# RUN: FileCheck %s --check-prefix=REMARK --input-file %t.remarks
"""Each loop has its own depth; what has no effect is said."""

import mla
import mla.language as ml

# CHECK: tile.num_stages = 4 : i32
@mla.kernel
def k(p, n):
    # CHECK: scf.for
    # CHECK: } {tile.label = "outer", tile.num_stages = 2 : i32}
    for i in ml.range(n, num_stages=2, label="outer"):
        ml.store(p + i, 0)
    # CHECK: scf.for
    # CHECK: } {tile.num_stages = 4 : i32}
    for i in ml.range(n, num_stages=4, disallow_acc_multi_buffer=True, disable_licm=True):
        ml.store(p + i, 1)
    # CHECK: scf.for
    # CHECK: } {tile.unroll_factor = 4 : i32}
    # REMARK: range-options.py:[[#@LINE+2]]:{{[0-9]+}}: remark: flatten has no effect: nested loops stay as they are
    # REMARK: range-options.py:[[#@LINE+1]]:{{[0-9]+}}: remark: warp_specialize has no effect: roles come from the operands' copies and from recipes
    for i in ml.range(n, loop_unroll_factor=4, flatten=True, warp_specialize=True):
        ml.store(p + i, 2)
