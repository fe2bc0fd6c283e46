# RUN: mla-translate %s --kernel k --signature "*fp32, i32, u32" --emit source-tile | FileCheck %s
"""Shifts, comparisons and conversions follow the sign that the front end tracks."""

import mla
import mla.language as ml

# CHECK: arith.shrsi
# CHECK: arith.shrui
# CHECK: arith.cmpi slt
# CHECK: arith.cmpi ult
# CHECK: arith.maxsi
# CHECK: arith.maxui
# CHECK: arith.sitofp
# CHECK: arith.uitofp
# CHECK: arith.fptosi
# CHECK: arith.fptoui
@mla.kernel
def k(p, n, u):
    ml.store(p, (n >> 1) + (u >> 1))
    a = n < 5
    b = u < 5
    c = ml.maximum(n, 7)
    d = ml.maximum(u, u)
    x = n.to(ml.float32) + u.to(ml.float32)
    y = x.to(ml.int32)
    z = x.to(ml.uint32)
