# RUN: mla-translate %s --kernel k --signature "*bf16, i32, i64, 64" --emit source-tile | FileCheck %s
"""`valid` counts the rows of a slice that exist; any integer becomes int64."""

import mla
import mla.language as ml

# CHECK-LABEL: func.func @k(
# CHECK-SAME: %[[N:[^:]*]]: i32, %[[M:[^:]*]]: i64)
@mla.kernel
def k(cache: ml.tensor[ml.bf16, 'PAGES', 'PAGE', 576], n, m, BLOCK: ml.constexpr):
    # CHECK: %[[LEFT:.*]] = arith.subi %[[N]], %{{.*}} : i32
    # CHECK: %[[WIDE:.*]] = arith.extsi %[[LEFT]] : i32 to i64
    # CHECK: tile.load_view %{{.*}} dims [1, 2] valid %[[WIDE]] {label = "kv"} : {{.*}} -> tensor<64x576xbf16>
    kv = ml.load(cache[m, 0:BLOCK, :], valid=n - 3, label="kv")
    # CHECK: tile.load_view %{{.*}} dims [2] valid %[[M]] : {{.*}} -> tensor<576xbf16>
    row = ml.load(cache[m, 0, :], valid=m)
    # CHECK: %[[FIVE:.*]] = arith.constant 5 : i64
    # CHECK: tile.load_view %{{.*}} dims [1] valid %[[FIVE]] : {{.*}} -> tensor<8xbf16>
    column = ml.load(cache[m, 0:8, 0], valid=5)
