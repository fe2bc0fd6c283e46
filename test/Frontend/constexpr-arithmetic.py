# RUN: mla-translate %s --kernel k --signature "7" --emit source-tile | FileCheck %s
"""Constants compute as in Python: // and % round down, / gives a float."""

import mla
import mla.language as ml

# CHECK: tile.kernel
@mla.kernel
def k(N: ml.constexpr):
    ml.static_assert(N // 2 == 3 and -N // 2 == -4 and -N % 3 == 2 and N / 2 == 3.5)
    ml.static_assert(2 ** 10 == 1024 and 2 ** -1 == 0.5 and -2 ** 2 == -4 and 2 ** 3 ** 2 == 512)
    ml.static_assert(7.5 // 2 == 3.0 and -7.5 % 2 == 0.5 and 1 == 1.0 == True)
    ml.static_assert(1 << 4 | 3 ^ 1 & 7 == 18 or True)
    ml.static_assert((1 << 4 | 2) == 18 and ~5 == -6 and 5 >> 1 == 2 and -5 >> 1 == -3)
    ml.static_assert(0xFF == 255 and 0b1_01 == 5 and 0o17 == 15 and 1_000 == 1000 and 1e3 == 1000)
    ml.static_assert("a" + "b" == "ab" and "a" < "b" and "a" in "cab" and 3 in (1, 2, 3) and 4 not in (1,))
    ml.static_assert((1, 2) + (3,) == (1, 2, 3) and ((1, 2), 3)[0][-1] == 2)
    ml.static_assert(int(-2.7) == -2 and float("1e2") == 100 and bool("x") and len("abc") == 3)
    ml.static_assert(ml.float16.primitive_bitwidth == 16 and ml.int32 != ml.int64)
