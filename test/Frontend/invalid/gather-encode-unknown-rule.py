# RUN: not mla-translate %s --kernel k --signature "*fp32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""There are two rules."""

import mla
import mla.language as ml


@mla.kernel
def k(p):
    x = ml.zeros((4, 512), ml.float32)
    # CHECK: gather-encode-unknown-rule.py:[[#@LINE+1]]:49: error: expected the rule 'pow2' or 'linear', got 'up'
    y = ml.gather.encode_record(x, "fp8_dsv41", rule="up")
