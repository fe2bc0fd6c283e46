"""Matrix products of every type."""

import mla
import mla.language as ml


@mla.kernel
def multiply(a_ptr, b_ptr, c_ptr, M: ml.constexpr, N: ml.constexpr, K: ml.constexpr, PRECISION: ml.constexpr):
    m = ml.arange(0, M)[:, None]
    n = ml.arange(0, N)[None, :]
    k = ml.arange(0, K)
    a = ml.load(a_ptr + m * K + k[None, :])
    b = ml.load(b_ptr + k[:, None] * N + n)
    ml.store(c_ptr + m * N + n, ml.dot(a, b, input_precision=PRECISION))


@mla.kernel
def product(a_ptr, b_ptr, c_ptr, M: ml.constexpr, N: ml.constexpr, K: ml.constexpr):
    multiply(a_ptr, b_ptr, c_ptr, M, N, K, "tf32")


@mla.kernel
def product_in_three(a_ptr, b_ptr, c_ptr, M: ml.constexpr, N: ml.constexpr, K: ml.constexpr):
    multiply(a_ptr, b_ptr, c_ptr, M, N, K, "tf32x3")


@mla.kernel
def product_ieee(a_ptr, b_ptr, c_ptr, M: ml.constexpr, N: ml.constexpr, K: ml.constexpr):
    multiply(a_ptr, b_ptr, c_ptr, M, N, K, "ieee")


@mla.kernel
def sums(a_ptr, b_ptr, c_ptr, start_ptr, n_steps, M: ml.constexpr, N: ml.constexpr, K: ml.constexpr):
    """A loop over K that begins with an accumulator; B is stored transposed."""
    m = ml.arange(0, M)[:, None]
    n = ml.arange(0, N)[None, :]
    k = ml.arange(0, K)
    acc = ml.load(start_ptr + m * N + n)
    for step in range(n_steps):
        a = ml.load(a_ptr + m * (K * n_steps) + step * K + k[None, :])
        b = ml.load(b_ptr + n * (K * n_steps) + step * K + k[:, None])
        acc = ml.dot(a, b, acc, out_dtype=acc.dtype)
    ml.store(c_ptr + m * N + n, acc)


@mla.kernel
def half_product(a_ptr, b_ptr, c_ptr, M: ml.constexpr, N: ml.constexpr, K: ml.constexpr):
    m = ml.arange(0, M)[:, None]
    n = ml.arange(0, N)[None, :]
    k = ml.arange(0, K)
    a = ml.load(a_ptr + m * K + k[None, :])
    b = ml.load(b_ptr + k[:, None] * N + n)
    ml.store(c_ptr + m * N + n, ml.dot(a, b, out_dtype=ml.float16))


@mla.kernel
def batched_product(a_ptr, b_ptr, start_ptr, c_ptr, B: ml.constexpr, M: ml.constexpr, N: ml.constexpr, K: ml.constexpr):
    batch = ml.arange(0, B)[:, None, None]
    m = ml.arange(0, M)
    n = ml.arange(0, N)
    k = ml.arange(0, K)
    a = ml.load(a_ptr + batch * (M * K) + m[None, :, None] * K + k[None, None, :])
    b = ml.load(b_ptr + batch * (K * N) + k[None, :, None] * N + n[None, None, :])
    results = batch * (M * N) + m[None, :, None] * N + n[None, None, :]
    ml.store(c_ptr + results, ml.dot(a, b, acc=ml.load(start_ptr + results), out_dtype=ml.float32))
