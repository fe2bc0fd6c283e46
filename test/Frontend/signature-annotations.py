# RUN: mla-translate %s --kernel k --signature ", , , , i32" --emit source-tile | FileCheck %s
"""Annotations give types where the signature has no entry."""

import mla
import mla.language as ml

# CHECK: func.func @k(%{{[^:]*}}: !tile.ptr<f32>, %{{[^:]*}}: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %{{[^:]*}}: !tile.ptr<f16>, %{{[^:]*}}: i64, %{{[^:]*}}: i32)
@mla.kernel
def k(a: ml.pointer(ml.float32), b: "*bf16:16", c: ml.pointer_type(ml.float16), d: ml.int64, e: int):
    pass
