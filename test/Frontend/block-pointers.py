# RUN: mla-translate %s --kernel k --signature "*bf16:16, i32, i64, i32:1" --emit source-tile | FileCheck %s
"""Block pointers are views; the contiguous dimension is the view's last."""

import mla
import mla.language as ml

# CHECK-LABEL: func.func @k(
# CHECK-SAME: %[[P:[^:]*]]: !tile.ptr<bf16> {{[^,]*}}, %[[M:[^:]*]]: i32, %[[S:[^:]*]]: i64)
@mla.kernel
def k(p, m, s, one):
    # CHECK: %[[M64:.*]] = arith.extsi %[[M]] : i32 to i64
    # CHECK: %[[ROWS:.*]] = tile.view %[[P]], shape[%[[M64]]] strides[%[[S]]] : !tile.view<?x64xbf16>
    rows = ml.make_block_ptr(p, (m, 64), (s, one), (0, 0), (16, 32), (1, 0))
    # Along the rows it is not checked.
    # CHECK: tile.load_view %[[ROWS]][%{{.*}}, %{{.*}}] dims [0, 1] {label = "x", unchecked = array<i32: 0>}
    x = ml.load(rows, boundary_check=(1,), label="x")
    # By columns: a transposed view.
    # CHECK: %[[COLS:.*]] = tile.view %[[P]], shape[%[[M64_1:.*]]] strides[%[[S]]] : !tile.view<?x64xbf16>
    cols = ml.make_block_ptr(p, (64, m), (1, s), (0, 16), (32, 16), (0, 1))
    # CHECK: %[[T:.*]] = tile.load_view %[[COLS]][%[[C16:.*]], %[[C0:.*]]] dims [0, 1] {cache = #tile<cache cg>, pad_nan, unchecked = array<i32: 1>} : !tile.view<?x64xbf16> -> tensor<16x32xbf16>
    # CHECK: tile.trans %[[T]] : tensor<16x32xbf16> -> tensor<32x16xbf16>
    y = ml.load(cols, boundary_check=1, padding_option="nan", cache_modifier=".cg")
    # No stride is known to be 1: one more dimension.
    # CHECK: %[[ANY:.*]] = tile.view %[[P]], shape[%{{.*}}] strides[%[[S]], %[[S]]] : !tile.view<?x64x1xbf16>
    # CHECK: tile.load_view %[[ANY]][%{{.*}}, %{{.*}}, %{{.*}}] dims [0, 1] : !tile.view<?x64x1xbf16> -> tensor<16x32xbf16>
    anywhere = ml.make_block_ptr(p, (m, 64), (s, s), (0, 0), (16, 32), (1, 0))
    z = ml.load(anywhere, boundary_check=(0, 1))
    # Offsets are what a loop carries.
    # CHECK: %[[LOOP:.*]]:2 = scf.for {{.*}} iter_args(%[[I:.*]] = %{{.*}}, %[[J:.*]] = %{{.*}}) -> (i64, i64)
    # CHECK: %[[TRANSPOSED:.*]] = tile.trans %{{.*}} : tensor<32x16xbf16> -> tensor<16x32xbf16>
    # CHECK: tile.store_view %[[TRANSPOSED]], %[[COLS]][%[[J]], %[[I]]] dims [0, 1] {evict = #tile<evict first>, unchecked = array<i32: 0>}
    # CHECK: arith.addi %[[J]], %{{.*}} : i64
    for i in range(4):
        ml.store(cols, y, boundary_check=(0,), eviction_policy="evict_first")
        cols = ml.advance(cols, (0, 16))
    # A scalar is repeated; a member function moves too.
    # CHECK: tile.store_view %{{.*}}, %[[COLS]][%{{.*}}, %{{.*}}] dims [0, 1] : tensor<16x32xbf16>
    ml.store(cols.advance((0, m)), 1, boundary_check=(0, 1))
    ml.store(rows, x + z, boundary_check=(0, 1))
