# RUN: not mla-translate %s --kernel k --signature "*fp32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Exponents are powers of two."""

import mla
import mla.language as ml


@mla.kernel
def k(p):
    x = ml.zeros((4, 512), ml.float32)
    # CHECK: gather-encode-rule.py:[[#@LINE+1]]:49: error: the scales of the format fp8_dsv41 are powers of two: expected the rule 'pow2'
    y = ml.gather.encode_record(x, "fp8_dsv41", rule="linear")
