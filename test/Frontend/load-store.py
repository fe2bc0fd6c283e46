# RUN: mla-translate %s --kernel k --signature "*fp16, i32" --emit source-tile | FileCheck %s
"""Masks, fill values, labels and hints; values are converted to the pointee type."""

import mla
import mla.language as ml

# CHECK: tile.load %{{.*}}, mask %{{.*}}, other %{{.*}} {label = "kv"} : tensor<16x!tile.ptr<f16>>
# CHECK: tile.load %{{[^,]*}} : tensor<16x!tile.ptr<f16>>
# CHECK: %[[V:.*]] = arith.truncf %{{.*}} : tensor<16xf32> to tensor<16xf16>
# CHECK: tile.store %{{.*}}, %[[V]], mask %{{.*}} : tensor<16x!tile.ptr<f16>>
# CHECK: tile.store %{{.*}}, %{{.*}} : !tile.ptr<f16>
@mla.kernel
def k(p, n):
    ptrs = p + ml.arange(0, 16)
    mask = ml.arange(0, 16) < n
    x = ml.load(ptrs, mask, -1, cache_modifier=".cg", label="kv")
    y = ml.load(ptrs, mask=None, eviction_policy="evict_last")
    ml.store(ptrs, value=x.to(ml.float32) + y, mask=mask)
    ml.store(p, 1)
