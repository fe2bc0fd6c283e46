# RUN: mla-translate %s --kernel k --signature "*bf16, *fp16, i32, u32, i64" --emit source-tile | FileCheck %s
"""Run-time values meet as in Triton: bf16 with fp16 in fp16, bf16 with integers in fp32, i32 stays i32."""

import mla
import mla.language as ml

# CHECK: arith.addf %{{.*}}, %{{.*}} : f16
# CHECK: arith.sitofp %{{.*}} : i32 to f32
# CHECK: arith.addf %{{.*}}, %{{.*}} fastmath<contract> : f32
# CHECK: arith.muli %{{.*}}, %{{.*}} : i32
# CHECK: %[[U:.*]] = arith.addi %{{.*}}, %{{.*}} : i32
# CHECK: arith.extui %[[U]] : i32 to i64
# CHECK: arith.extui %{{.*}} : i32 to i64
# CHECK: arith.addi %{{.*}}, %{{.*}} : i64
@mla.kernel
def k(b, h, n, u, w):
    ml.store(h, ml.load(b) + ml.load(h))
    ml.store(h, ml.load(b) + n)
    ml.store(h, n * n)
    mixed = n + u
    ml.static_assert(mixed.dtype == ml.uint32)
    wide = mixed.to(ml.int64)
    ml.store(h, w + u)
