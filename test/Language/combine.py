"""Reductions and scans by functions, and helpers that return early."""

import mla
import mla.language as ml


@mla.jit
def add(a, b):
    return a + b


@mla.jit
def linear(a1, b1, a2, b2):
    """x → a2 · (a1 · x + b1) + b2: associative, but the order matters."""
    return a1 * a2, b1 * a2 + b2


@mla.jit
def last(a, b):
    return b


@mla.jit
def collatz(n):
    if n <= 0:
        return -1
    if n % 2 == 0:
        return n // 2
    return 3 * n + 1


@mla.kernel
def scan_rows(x_ptr, y_ptr, z_ptr, M: ml.constexpr, N: ml.constexpr):
    offs = ml.arange(0, M)[:, None] * N + ml.arange(0, N)[None, :]
    x = ml.load(x_ptr + offs)
    ml.store(y_ptr + offs, ml.associative_scan(x, 1, add))
    ml.store(z_ptr + offs, ml.cumsum(x, axis=0, reverse=True))


@mla.kernel
def recurrence(a_ptr, b_ptr, y_ptr, z_ptr, N: ml.constexpr, REVERSE: ml.constexpr):
    offs = ml.program_id(0) * N + ml.arange(0, N)
    a = ml.load(a_ptr + offs)
    b = ml.load(b_ptr + offs)
    product, y = ml.associative_scan((a, b), 0, linear, reverse=REVERSE)
    ml.store(y_ptr + offs, y)
    total, z = ml.reduce((a, b), 0, linear)
    ml.store(z_ptr + ml.program_id(0), z)


@mla.kernel
def recurrence_columns(a_ptr, b_ptr, y_ptr, z_ptr, M: ml.constexpr, N: ml.constexpr):
    offs = ml.arange(0, M)[:, None] * N + ml.arange(0, N)[None, :]
    a = ml.load(a_ptr + offs)
    b = ml.load(b_ptr + offs)
    product, y = ml.associative_scan((a, b), 0, linear)
    ml.store(y_ptr + offs, y)
    total, z = ml.reduce((a, b), 0, linear)
    ml.store(z_ptr + ml.arange(0, N), z)


@mla.kernel
def last_of_all(x_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr):
    offs = ml.arange(0, M)[:, None] * N + ml.arange(0, N)[None, :]
    ml.store(y_ptr, ml.reduce(ml.load(x_ptr + offs).reshape(M * N), 0, last))


@mla.kernel
def extrema(x_ptr, greatest_ptr, where_ptr, least_ptr, M: ml.constexpr, N: ml.constexpr):
    rows = ml.arange(0, M)
    x = ml.load(x_ptr + rows[:, None] * N + ml.arange(0, N)[None, :])
    value, index = ml.max(x, axis=1, return_indices=True)
    ml.store(greatest_ptr + rows, value)
    ml.store(where_ptr + rows, index)
    ml.store(least_ptr + ml.arange(0, N), ml.argmin(x, axis=0))


@mla.kernel
def bits(x_ptr, y_ptr, N: ml.constexpr):
    x = ml.load(x_ptr + ml.arange(0, N))
    ml.store(y_ptr, ml.xor_sum(x, axis=0))
    ml.store(y_ptr + 1, ml.reduce_or(x, axis=0))


@mla.kernel
def running(x_ptr, sums_ptr, products_ptr, N: ml.constexpr):
    offs = ml.program_id(0) * N + ml.arange(0, N)
    x = ml.load(x_ptr + offs)
    ml.store(sums_ptr + offs, ml.cumsum(x))
    ml.store(products_ptr + offs, ml.cumprod(x, axis=0, reverse=True))


@mla.kernel
def softmax_sigmoid(x_ptr, y_ptr, z_ptr, M: ml.constexpr, N: ml.constexpr):
    offs = ml.arange(0, M)[:, None] * N + ml.arange(0, N)[None, :]
    x = ml.load(x_ptr + offs)
    ml.store(y_ptr + offs, ml.softmax(x, dim=1, keep_dims=True))
    ml.store(z_ptr + offs, ml.sigmoid(x))


@mla.kernel
def early_return(x_ptr, y_ptr, n):
    i = ml.program_id(0)
    if i >= n:
        return
    x = ml.load(x_ptr + i)
    steps = 0
    for k in range(3):
        x = collatz(x)
        steps += 1
    ml.store(y_ptr + i, x + 1000 * steps)
