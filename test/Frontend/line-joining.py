# RUN: mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile | FileCheck %s
"""Brackets, backslashes, comments, semicolons, blank lines and one-line blocks."""

import mla
import mla.language as ml

# CHECK-COUNT-4: tile.store
@mla.kernel
def k(
    p,  # a comment
    n,
):
    x = (1.0 +
   2.0  # the indentation inside brackets does not count

    )
    y = x + \
        1.0

# a comment at the margin
    ml.store(p, x); ml.store(p, y)
    if n: ml.store(p, 0.0); ml.store(p, 1.0)
