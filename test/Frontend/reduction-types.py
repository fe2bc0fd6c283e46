# RUN: mla-translate %s --kernel k --signature "*bf16, *u8, *i8, *u32" --emit source-tile | FileCheck %s
"""sum widens narrow integers and keeps floats; max and min compute 16-bit floats in fp32."""

import mla
import mla.language as ml

# CHECK: tile.reduce {{ *}}sum %{{.*}} {axis = 0 : i32} : tensor<8xbf16> -> bf16
# CHECK: tile.reduce {{ *}}max %{{.*}} {axis = 0 : i32} : tensor<8xf32> -> f32
# CHECK: %[[W:.*]] = arith.extui %{{.*}} : tensor<8xi8> to tensor<8xi32>
# CHECK: tile.reduce {{ *}}sum %[[W]]
# CHECK: arith.extsi %{{.*}} : tensor<8xi8> to tensor<8xi32>
# CHECK: tile.reduce {{ *}}max %{{.*}} {axis = 0 : i32, is_unsigned} : tensor<8xi32> -> i32
# CHECK: tile.reduce {{ *}}sum %{{.*}} {axis = 0 : i32} : tensor<8xf32> -> f32
@mla.kernel
def k(b, u, i, w):
    o = ml.arange(0, 8)
    x = ml.sum(ml.load(b + o), 0)
    y = ml.max(ml.load(b + o), 0)
    z = ml.sum(ml.load(u + o), 0)
    ml.static_assert(z.dtype == ml.uint32)
    v = ml.min(ml.load(i + o), 0)
    ml.static_assert(v.dtype == ml.int32)
    s = ml.max(ml.load(w + o), 0)
    r = ml.sum(ml.load(b + o), 0, dtype=ml.float32)
