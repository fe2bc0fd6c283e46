# RUN: mla-translate %s --kernel k --signature "*fp32" --emit source-tile | FileCheck %s
"""Names may come from any form of import."""

import mla
import mla.language
from mla import kernel, language
from mla import language as m
from mla.language import (
    arange as span,
    float16 as half,
)

# CHECK: tile.range 0 to 16
# CHECK: arith.maxnumf
@kernel
def k(p):
    offs = span(0, 16)
    x = language.load(p + offs).to(half)
    mla.language.store(p + offs, m.maximum(x, mla.cdiv(7, 2)))
