# RUN: mla-translate %s --kernel k --signature "*fp32, i32, 100" --emit source-tile | FileCheck %s
"""Functions that are run at compile time, as Python would."""

import mla
import mla.language as ml


@mla.constexpr_function
def next_power(n):
    power = 1
    while power < n:
        power *= 2
    return power


@mla.constexpr_function
def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


@mla.constexpr_function
def first_divisor(n, start=2):
    for i in range(start, n):
        if n % i == 0:
            return i
    return n


@mla.constexpr_function
def describe(n, kind):
    text = f"{kind}:"
    for i in range(n):
        text += f" {i}"
    return (text, n * 0.5)


SIZE: ml.constexpr = next_power(48)


@mla.jit
def helper(n: ml.constexpr):
    # A helper's numbers become values of the kernel; these do not.
    tile = ml.zeros((next_power(n),), ml.float32)
    return ml.sum(tile)


@mla.kernel
def k(p, n, N: ml.constexpr):
    ml.static_assert(SIZE == 64 and next_power(N) == 128 and next_power(1) == 1)
    ml.static_assert(factorial(20) == 2432902008176640000)
    ml.static_assert(first_divisor(91) == 7 and first_divisor(13) == 13 and first_divisor(12, start=5) == 6)
    ml.static_assert(describe(3, ml.float32)[0] == "fp32: 0 1 2" and describe(3, "a")[1] == 1.5)
    # CHECK: tensor<256xf32>
    ml.store(p, helper(200))
