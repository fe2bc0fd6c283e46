# RUN: mla-translate %s --kernel k --signature "*fp16, i32" --emit source-tile | FileCheck %s
"""Masks, fill values, labels and hints; values are converted to the pointee type."""

import mla
import mla.language as ml

# CHECK: tile.load %{{.*}}, mask %{{.*}}, other %{{.*}} {cache = #tile<cache cg>, label = "kv"} : tensor<16x!tile.ptr<f16>>
# CHECK: tile.load %{{[^,]*}} {evict = #tile<evict last>, is_volatile} : tensor<16x!tile.ptr<f16>>
# CHECK: %[[V:.*]] = arith.truncf %{{.*}} : tensor<16xf32> to tensor<16xf16>
# CHECK: tile.store %{{.*}}, %[[V]], mask %{{.*}} : tensor<16x!tile.ptr<f16>>
# CHECK: tile.store %{{.*}}, %{{.*}} {cache = #tile<cache wt>, evict = #tile<evict first>} : !tile.ptr<f16>
@mla.kernel
def k(p, n):
    ptrs = p + ml.arange(0, 16)
    mask = ml.arange(0, 16) < n
    x = ml.load(ptrs, mask, -1, cache_modifier=".cg", label="kv")
    y = ml.load(ptrs, mask=None, eviction_policy="evict_last", volatile=True)
    ml.store(ptrs, value=x.to(ml.float32) + y, mask=mask)
    ml.store(p, 1, cache_modifier=".wt", eviction_policy="evict_first")
