# RUN: not mla-translate %s --kernel k --signature "*i32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Integers have no NaN."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    b = ml.make_block_ptr(p, (n,), (1,), (0,), (16,), (0,))
    # CHECK: block-padding.py:[[#@LINE+1]]:41: error: integers cannot be padded with 'nan': the elements are i32
    x = ml.load(b, boundary_check=(0,), padding_option="nan")
