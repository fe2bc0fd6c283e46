# RUN: mla-translate %s --kernel k --signature "-3, 0x10, 1.5, -inf, True, None, 'a,b', bf16" --emit source-tile | FileCheck %s
"""Constexpr entries are integers, floats, bools, None, strings and type names."""

import mla
import mla.language as ml

# CHECK: tile.constants = {a = -3 : i64, b = 16 : i64, c = 1.500000e+00 : f64, d = 0xFFF0000000000000 : f64, e = true, f = "None", g = "a,b", h = "bf16"}
@mla.kernel
def k(a: ml.constexpr, b: ml.constexpr, c: ml.constexpr, d: ml.constexpr, e: ml.constexpr, f: ml.constexpr,
      g: ml.constexpr, h: ml.constexpr):
    ml.static_assert(a == -3 and b == 16 and c == 1.5 and d == -float("inf"))
    ml.static_assert(e is True and f is None and g == "a,b" and h == ml.bfloat16)
