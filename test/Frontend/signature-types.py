# RUN: mla-translate %s --kernel k --signature "*fp32:16, *bf16, i64:16, i64:1, u32, fp32, i1, 64" --emit source-tile | FileCheck %s
"""Signature types become arguments with divisibility; ':1' and constexpr entries become constants."""

import mla
import mla.language as ml

# CHECK-LABEL: func.func @k(
# CHECK-SAME: !tile.ptr<f32> {tile.divisibility = 16 : i32}, %{{[^:]*}}: !tile.ptr<bf16>, %{{[^:]*}}: i64 {tile.divisibility = 16 : i32}, %{{[^:]*}}: i32, %{{[^:]*}}: f32, %{{[^:]*}}: i1)
# CHECK-SAME: {divisibility = 16 : i32, name = "x_ptr", type = "*fp32"}
# CHECK-SAME: {divisibility = 1 : i32, name = "y_ptr", type = "*bf16"}
# CHECK-SAME: {divisibility = 16 : i32, name = "stride", type = "i64"}
# CHECK-SAME: {divisibility = 1 : i32, name = "count", type = "u32"}
# CHECK-SAME: tile.constants = {BLOCK = 64 : i64, unit = 1 : i64}, tile.kernel
@mla.kernel
def k(x_ptr, y_ptr, stride, unit, count, scale, flag, BLOCK: ml.constexpr):
    ml.static_assert(unit == BLOCK // 64)
