# RUN: mla-translate %s --kernel k --signature "*bf16:16, , 576" --emit source-tile | FileCheck %s
"""An extent with the name of a constexpr parameter is its value, wherever the parameter stands."""

import mla
import mla.language as ml

# CHECK-LABEL: func.func @k(
# CHECK-SAME: %[[A:[^:]*]]: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %[[T:[^:]*]]: i64, %[[A0:[^:]*]]: i64 {tile.divisibility = 16 : i32},
# CHECK-SAME: %[[B:[^:]*]]: !tile.ptr<f32>, %[[U:[^:]*]]: i64, %[[B0:[^:]*]]: i64)
# CHECK: tile.view %[[A]], shape[%[[T]]] strides[%[[A0]]] : !tile.view<?x576xbf16>
# CHECK: tile.view %[[B]], shape[%[[U]]] strides[%[[B0]]] : !tile.view<?x512xf32>
@mla.kernel
def k(a: ml.tensor[ml.bf16, 'T', 'D'], b: ml.tensor[ml.float32, 'U', 'VALUES'], D: ml.constexpr,
      VALUES: ml.constexpr = 512):
    ml.static_assert(a.shape[1] == D)
    ml.static_assert(b.shape[1] == VALUES)
    ml.store(b[0:16, :], ml.load(a[0:16, :VALUES]).to(ml.float32))
