# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""Barriers, prints, assumptions and hints."""

import mla
import mla.language as ml

# CHECK-LABEL: func.func @k(
# CHECK-SAME: %[[P:[^:]*]]: !tile.ptr<f32>, %[[N:[^:]*]]: i32)
@mla.kernel
def k(p, n):
    # CHECK: tile.barrier
    ml.debug_barrier()
    x = ml.load(p + ml.arange(0, 8))
    # CHECK: tile.print " n: " %[[N]] {is_signed = array<i32: 1>} : i32
    ml.device_print("n", n)
    # CHECK: tile.print " both: " %{{.*}}, %{{.*}} {hex, is_signed = array<i32: 0, 0>} : tensor<8xf32>, i32
    ml.device_print("both: ", x, n.to(ml.uint32), hex=True)
    # CHECK: tile.print "" {is_signed = array<i32>}
    ml.device_print("")
    # CHECK: %[[POSITIVE:.*]] = arith.cmpi sgt, %[[N]]
    # CHECK: tile.assume %[[POSITIVE]]
    ml.assume(n > 0)
    # CHECK-NOT: tile.assume
    ml.assume(True)
    # CHECK: %[[Q:.*]] = tile.axis_hint %[[P]] {divisibility = array<i64: 16>} : !tile.ptr<f32>
    q = ml.multiple_of(p, 16)
    # CHECK: %[[R:.*]] = tile.axis_hint %{{.*}} {contiguity = array<i64: 1, 4>} : tensor<8x4xi32>
    r = ml.max_contiguous(n + ml.arange(0, 8)[:, None] + ml.arange(0, 4)[None, :], [1, 4])
    # CHECK: tile.axis_hint %[[R]] {constancy = array<i64: 2, 1>} : tensor<8x4xi32>
    ml.store(q + ml.max_constancy(r, (2, 1)), 0)
