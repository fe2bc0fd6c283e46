# RUN: mla-translate %s --kernel k --signature "*bf16:16, *bf16:16, i32, *bf16:16" --emit source-tile | FileCheck %s
"""One of two views by a run-time condition: what differs between them is selected."""

import mla
import mla.language as ml

# CHECK-LABEL: func.func @k(
# CHECK-SAME: %[[A:[^:]*]]: !tile.ptr<bf16> {{{[^}]*}}}, %[[M:[^:]*]]: i64, %[[A0:[^:]*]]: i64 {{{[^}]*}}}, %[[B:[^:]*]]: !tile.ptr<bf16> {{{[^}]*}}}, %[[N:[^:]*]]: i64, %[[B0:[^:]*]]: i64
# CHECK: %[[C:.*]] = arith.cmpi sgt
# CHECK-DAG: %[[P:.*]] = arith.select %[[C]], %[[A]], %[[B]] : !tile.ptr<bf16>
# CHECK-DAG: %[[E:.*]] = arith.select %[[C]], %[[M]], %[[N]] : i64
# CHECK-DAG: %[[S:.*]] = arith.select %[[C]], %[[A0]], %[[B0]] : i64
# CHECK: tile.view %[[P]], shape[%[[E]]] strides[%[[S]]] : !tile.view<?x64xbf16>
# CHECK-NOT: scf.if
@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 64], b: ml.tensor[ml.bf16, 'N', 64], n, y: ml.tensor[ml.bf16, 'M', 64]):
    view = a if n > 0 else b
    ml.static_assert(view.shape[1] == 64)
    ml.store(y[0:16, :], ml.load(view[0:16, :]))
