# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Rows are those of a view."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: gather-rows-view.py:[[#@LINE+1]]:24: error: rows expects a view [ROWS, COLUMNS] or [PAGES, PAGE, COLUMNS] as 'view', got *fp32
    x = ml.gather.rows(p, ml.arange(0, 16))
