# RUN: not mla-translate %s --kernel k --signature "*u8" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Numbers are no records."""

import mla
import mla.language as ml


@mla.kernel
def k(cache: ml.tensor[ml.uint8, 'PAGES', 'PAGE', 656]):
    # CHECK: gather-views-plain.py:[[#@LINE+1]]:39: error: a cache of the format bf16 is a view of its numbers already
    x = ml.gather.record_views(cache, "bf16")
