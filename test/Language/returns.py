"""Functions that return early, depending on run-time values."""

import mla
import mla.language as ml


@mla.jit
def clamped(n, LOW: ml.constexpr, HIGH: ml.constexpr):
    if n < LOW:
        return LOW
    elif n > HIGH:
        return HIGH
    return n


@mla.kernel
def early_return(x_ptr, y_ptr, n, BLOCK: ml.constexpr):
    pid = ml.program_id(0)
    if pid >= n:
        return
    x = ml.load(x_ptr + pid * BLOCK + ml.arange(0, BLOCK))
    if ml.sum(x, 0) > 0:
        if ml.max(x, 0) > 1:
            ml.store(y_ptr + pid * BLOCK + ml.arange(0, BLOCK), x * 2)
            return
        x = x + 1
    ml.store(y_ptr + pid * BLOCK + ml.arange(0, BLOCK), x)


@mla.kernel
def return_before_loop(x_ptr, starts_ptr, y_ptr, BLOCK: ml.constexpr):
    pid = ml.program_id(0)
    begin = ml.load(starts_ptr + pid)
    end = ml.load(starts_ptr + pid + 1)
    if begin == end:
        return
    total = ml.zeros((BLOCK,), ml.float32)
    for i in range(begin, end):
        total += ml.load(x_ptr + i * BLOCK + ml.arange(0, BLOCK))
    ml.store(y_ptr + pid * BLOCK + ml.arange(0, BLOCK), total)


@mla.kernel
def helper_returns(x_ptr, y_ptr, n):
    for i in range(0, n):
        ml.store(y_ptr + i, clamped(ml.load(x_ptr + i), -2, 3))
