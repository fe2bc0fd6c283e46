# RUN: mla-translate %s --kernel k --signature "*fp16, i32" --emit source-tile | FileCheck %s
"""zeros_like, full_like, cast, cdiv and logical members, swizzle2d; arange of any extent and sign."""

import mla
import mla.language as ml


# CHECK-LABEL: func.func @k
@mla.kernel
def k(p, n):
    x = ml.load(p + ml.arange(0, 8))
    # CHECK: arith.constant dense<0.000000e+00> : tensor<8xf16>
    a = ml.zeros_like(x)
    # CHECK: arith.constant dense<1.500000e+00> : tensor<8xf16>
    b = ml.full_like(x, 1.5)
    # CHECK: arith.constant dense<2> : tensor<8xi32>
    c = ml.full_like(x, 2, dtype=ml.int32)
    # CHECK: arith.sitofp %{{.*}} : i32 to f16
    # CHECK: tile.splat %{{.*}} : f16 -> tensor<8xf16>
    d = ml.full_like(x, n)
    e = ml.zeros_like(n)
    ml.static_assert(c.dtype == ml.int32 and d.dtype == ml.float16 and e.shape == ())
    # CHECK: arith.extf %{{.*}} : tensor<8xf16> to tensor<8xf32>
    # CHECK: arith.extf %{{.*}} : tensor<8xf16> to tensor<8xf32>
    # CHECK: arith.bitcast %{{.*}} : tensor<8xf16> to tensor<8xi16>
    ml.static_assert(ml.cast(x, ml.float32).dtype == x.cast(ml.float32).dtype)
    ml.cast(x, ml.int16, bitcast=True)
    # CHECK: arith.divsi
    c.cdiv(3)
    # CHECK: arith.andi {{.*}} : tensor<8xi1>
    # CHECK: arith.ori {{.*}} : tensor<8xi1>
    (c > 1).logical_and(c < 3).logical_or(c == 7)
    # CHECK: arith.minsi
    row, col = ml.swizzle2d(ml.program_id(0), ml.program_id(1), n, 4, 2)
    ml.static_assert(row.dtype == ml.int32 and col.shape == ())
    # CHECK: tile.range -3 to 4 : tensor<7xi32>
    # CHECK: tile.range 2147483646 to 2147483647 : tensor<1xi32>
    ml.static_assert(ml.arange(-3, 4).shape == (7,) and ml.arange(2147483646, 2147483647).numel == 1)
    ml.static_assert(p.dtype.element_ty == ml.float16 and x.shape[0] == 8)
