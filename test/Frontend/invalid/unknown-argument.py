# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""A built-in lacks a parameter."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: unknown-argument.py:[[#@LINE+1]]:18: error: dot has no parameter 'c'; it has 'input', 'other', 'acc', 'input_precision', 'allow_tf32', 'max_num_imprecise_acc', 'out_dtype' and 'label'
    ml.dot(p, p, c=p)
