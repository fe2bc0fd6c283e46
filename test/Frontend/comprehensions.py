# RUN: mla-translate %s --kernel k --signature "*fp32, i32, 3" --emit source-tile | FileCheck %s
"""A list comprehension is a tuple: of constants, of run-time values, of parts of another."""

import mla
import mla.language as ml

EXTENTS: ml.constexpr = [1 << i for i in range(4)]


@mla.jit
def total(values):
    result = values[0]
    for i in ml.static_range(1, len(values)):
        result += values[i]
    return result


@mla.kernel
def k(p, n, COUNT: ml.constexpr):
    i: ml.constexpr = 7
    ml.static_assert(EXTENTS == (1, 2, 4, 8))
    ml.static_assert([i * i for i in ml.static_range(5, -1, -2)] == (25, 9, 1))
    ml.static_assert([i for i in range(10) if i % 2 if i > 4] == (5, 7, 9))
    ml.static_assert([a - b for a, b in ((3, 1), (4, 5))] == (2, -1))
    ml.static_assert([(j, [j + m for m in range(j)]) for j in range(2)] == ((0, ()), (1, (1,))))
    ml.static_assert([i for i in ()] == () and [i for i in range(0)] == ())
    # The variable of a comprehension hides another, and gives it back.
    ml.static_assert([i + 1 for i in (1,)] == (2,) and i == 7)
    # CHECK: %[[P:.*]] = tile.program_id
    pid = ml.program_id(0)
    # CHECK-COUNT-3: tile.load
    parts = [ml.load(p + pid + i) for i in range(COUNT)]
    # CHECK-COUNT-2: arith.addf
    ml.store(p, total([part for part in parts]))
