# RUN: mla-translate %s --kernel k --signature ", , i32, i64, u32, 32" --emit source-tile | FileCheck %s
"""Slices span dimensions, scalars drop them; offsets are extended to 64 bits."""

import mla
import mla.language as ml

# CHECK-LABEL: func.func @k(
# CHECK-SAME: %{{[^:]*}}: !tile.ptr<f32>, %[[T:[^:]*]]: i64, %[[H:[^:]*]]: i64, %{{[^:]*}}: i64, %{{[^:]*}}: i64, %{{[^:]*}}: !tile.ptr<i8>, %[[M:[^:]*]]: i32, %[[N:[^:]*]]: i64, %[[U:[^:]*]]: i32)
# CHECK: %[[A:.*]] = tile.view {{.*}} : !tile.view<?x?x100xf32>
# CHECK: %[[F:.*]] = tile.view {{.*}} : !tile.view<64xi8>
@mla.kernel
def k(a: ml.tensor[ml.f32, 'T', 'H', 100], flags: ml.tensor[ml.i1, 64], m, n, u, BLOCK: ml.constexpr):
    # CHECK: %[[M64:.*]] = arith.extsi %[[M]] : i32 to i64
    # CHECK: %[[ZERO:.*]] = arith.constant 0 : i64
    # CHECK: tile.load_view %[[A]][%[[M64]], %[[N]], %[[ZERO]]] dims [0, 1, 2] {label = "q"} : !tile.view<?x?x100xf32> -> tensor<32x8x100xf32>
    x = ml.load(a[m:m + BLOCK, n:n + 8, :], label="q")
    # CHECK: %[[U64:.*]] = arith.extui %[[U]] : i32 to i64
    # CHECK: tile.load_view %[[A]][%[[N]], %[[U64]], %{{.*}}] dims [2] : !tile.view<?x?x100xf32> -> tensor<60xf32>
    y = ml.load(a[n, u, 40:])
    # CHECK: tile.load_view %[[A]][%[[N]], %{{.*}}, %{{.*}}] dims [] : !tile.view<?x?x100xf32> -> f32
    z = ml.load(a[n, 5, 7])
    # A bool is a byte in memory.
    # CHECK: %[[BYTES:.*]] = tile.load_view %[[F]][%{{.*}}] dims [0] : !tile.view<64xi8> -> tensor<16xi8>
    # CHECK: arith.cmpi ne, %[[BYTES]], %{{.*}} : tensor<16xi8>
    f = ml.load(flags[:16])
    # Stores convert and repeat the value.
    # CHECK: %[[WIDE:.*]] = arith.extf %{{.*}} : tensor<60xf16> to tensor<60xf32>
    # CHECK: %[[ROWS:.*]] = tile.broadcast %{{.*}} : tensor<1x60xf32> -> tensor<4x60xf32>
    # CHECK: tile.store_view %[[ROWS]], %[[A]][%[[M64_1:.*]], %{{.*}}, %{{.*}}] dims [0, 2] : tensor<4x60xf32>, !tile.view<?x?x100xf32>
    ml.store(a[m:m + 4, 0, 0:60], y.to(ml.float16))
    # CHECK: tile.store_view %{{.*}}, %[[A]][%[[N]], %[[N]], %[[N]]] dims [] : f32, !tile.view<?x?x100xf32>
    ml.store(a[n, n, n], z + 1)
    # CHECK: arith.extui %{{.*}} : tensor<16xi1> to tensor<16xi8>
    # CHECK: tile.store_view %{{.*}}, %[[F]][%{{.*}}] dims [0] : tensor<16xi8>, !tile.view<64xi8>
    ml.store(flags[16:32], f)
