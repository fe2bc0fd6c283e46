# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Tabs and spaces must agree for every tab width."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    if n:
        x = 1
# CHECK: mixed-tabs.py:[[#@LINE+1]]:1: error: inconsistent use of tabs and spaces in indentation
	x = 2
