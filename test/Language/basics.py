"""Loads, stores, arithmetic, matrix products and reductions as Triton has them."""

import mla
import mla.language as ml


@mla.kernel
def divide_integers(x_ptr, y_ptr, quotient_ptr, remainder_ptr, BLOCK: ml.constexpr):
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + offs)
    y = ml.load(y_ptr + offs)
    ml.store(quotient_ptr + offs, x // y)
    ml.store(remainder_ptr + offs, x % y)


@mla.kernel
def round_to(x_ptr, y_ptr, BLOCK: ml.constexpr):
    offs = ml.program_id(0) * BLOCK + ml.arange(0, BLOCK)
    ml.store(y_ptr + offs, ml.load(x_ptr + offs).to(y_ptr.dtype.element_ty))


@mla.kernel
def softmax_rows(x_ptr, y_ptr, n, BLOCK: ml.constexpr):
    row = ml.program_id(0)
    offs = ml.arange(0, BLOCK)
    x = ml.load(x_ptr + row * n + offs, mask=offs < n, other=-float("inf"))
    e = ml.exp(x - ml.max(x, axis=0))
    ml.store(y_ptr + row * n + offs, e / ml.sum(e, axis=0), mask=offs < n)


@mla.kernel
def product(a_ptr, b_ptr, c_ptr, M: ml.constexpr, N: ml.constexpr, K: ml.constexpr):
    m = ml.arange(0, M)[:, None]
    n = ml.arange(0, N)[None, :]
    k = ml.arange(0, K)
    a = ml.load(a_ptr + m * K + k[None, :])
    b = ml.load(b_ptr + k[:, None] * N + n)
    ml.store(c_ptr + m * N + n, ml.dot(a, b))
