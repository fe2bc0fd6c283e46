# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""Element types have short names."""

import mla
import mla.language as ml
from mla.language import bf16

# CHECK-LABEL: func.func @k
@mla.kernel
def k(p):
    ml.static_assert(ml.f16 == ml.float16)
    ml.static_assert(bf16 == ml.bfloat16)
    ml.static_assert(ml.f32 == ml.float32)
    ml.static_assert(ml.f64 == ml.float64)
    ml.static_assert(ml.i1 == ml.int1)
    ml.static_assert(ml.i64 == ml.int64)
    ml.static_assert(ml.u8 == ml.uint8)
    ml.static_assert(ml.e4m3fn == ml.float8e4nv)
    ml.static_assert(ml.e5m2 == ml.float8e5)
    # CHECK: arith.extsi %{{.*}} : i32 to i64
    ml.store(p, ml.program_id(0).to(ml.i64))
