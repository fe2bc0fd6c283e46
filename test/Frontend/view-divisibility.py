# RUN: mla-translate %s --kernel k --signature "*bf16, *bf16:16" --emit source-tile | FileCheck %s
"""A shared extent is as divisible as the view that promises most about it: its last extent, no other."""

import mla
import mla.language as ml

# CHECK-LABEL: func.func @k(
# CHECK-SAME: %{{[^:]*}}: !tile.ptr<bf16>, %{{[^:]*}}: i64 {tile.divisibility = 16 : i32}, %{{[^:]*}}: i64, %{{[^:]*}}: i64, %{{[^:]*}}: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %{{[^:]*}}: i64 {tile.divisibility = 16 : i32})
@mla.kernel
def k(a: ml.tensor[ml.bf16, 'M', 'K'], b: ml.tensor[ml.bf16, 'K', 'M']):
    pass
