# RUN: mla-translate %s --kernel k --signature ", 64" --emit source-tile | FileCheck %s
"""Parts of tiles have constant bounds, which may be left out; None still inserts a dimension."""

import mla
import mla.language as ml

# CHECK: %[[KV:.*]] = tile.load_view {{.*}} -> tensor<64x576xbf16>
@mla.kernel
def k(cache: ml.tensor[ml.bf16, 'ROWS', 576], BLOCK: ml.constexpr):
    kv = ml.load(cache[0:BLOCK, :])
    # CHECK: tile.slice %[[KV]] [0, 0] : tensor<64x576xbf16> -> tensor<64x512xbf16>
    v = kv[:, :512]
    # CHECK: tile.slice %[[KV]] [0, 64] : tensor<64x576xbf16> -> tensor<16x64xbf16>
    corner = kv[:BLOCK // 4, 64:128]
    # CHECK: tile.slice %[[KV]] [8, 0] : tensor<64x576xbf16> -> tensor<56x576xbf16>
    rows = kv[8:]
    # CHECK: %[[HALF:.*]] = tile.slice %{{.*}} [2] : tensor<4xi32> -> tensor<2xi32>
    # CHECK: tile.expand_dims %[[HALF]] {axis = 0 : i32} : tensor<2xi32> -> tensor<1x2xi32>
    half = ml.arange(0, 4)[None, 2:]
    # Nothing to take apart.
    # CHECK-NOT: tile.slice
    same = kv[0:BLOCK, 0:576]
    ml.static_assert(v.shape == (64, 512) and corner.shape == (16, 64) and rows.shape == (56, 576))
    ml.static_assert(half.shape == (1, 2) and same.shape == kv.shape and v.dtype == ml.bfloat16)
