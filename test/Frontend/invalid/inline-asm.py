# RUN: not mla-translate %s --kernel k --signature "*fp32, i32" --emit source-tile 2>&1 | FileCheck %s --implicit-check-not="{{:}} error:"
"""Inline assembly is refused."""

import mla
import mla.language as ml


@mla.kernel
def k(p, n):
    # CHECK: inline-asm.py:[[#@LINE+1]]:12: error: 'inline_asm_elementwise': inline assembly is not supported, for it would bind the kernel to one architecture: use ml's functions or ml.extra.libdevice
    x = ml.inline_asm_elementwise("mov", n)
