"""Options of loops change no result."""

import mla
import mla.language as ml


@mla.kernel
def unrolled_sums(x_ptr, y_ptr, n, step, BLOCK: ml.constexpr):
    """A nest with several factors and depths."""
    offs = ml.arange(0, BLOCK)
    total = ml.zeros((BLOCK,), dtype=ml.float32)
    for i in ml.range(0, n, step, loop_unroll_factor=3, num_stages=2):
        for j in ml.range(i, loop_unroll_factor=2):
            total += ml.load(x_ptr + j * BLOCK + offs)
    for i in ml.range(n - 1, -1, -1, loop_unroll_factor=4, flatten=True):
        total -= ml.load(x_ptr + i * BLOCK + offs)
    ml.store(y_ptr + offs, total)


@mla.kernel
def unrolled_matmul(a_ptr, b_ptr, c_ptr, K, BLOCK: ml.constexpr):
    """Loads of several copies go through channels."""
    m = ml.arange(0, BLOCK)
    acc = ml.zeros((BLOCK, BLOCK), dtype=ml.float32)
    for k in ml.range(0, K, BLOCK, loop_unroll_factor=2, num_stages=3):
        a = ml.load(a_ptr + m[:, None] * K + k + m[None, :])
        b = ml.load(b_ptr + (k + m[:, None]) * BLOCK + m[None, :])
        acc = ml.dot(a, b, acc)
    ml.store(c_ptr + m[:, None] * BLOCK + m[None, :], acc)


@mla.kernel
def converted_matmul(a_ptr, b_ptr, c_ptr, M, N, K, BLOCK_M: ml.constexpr, BLOCK_N: ml.constexpr, BLOCK_K: ml.constexpr,
                     STAGES: ml.constexpr):
    """The right factor has another type in memory: its tiles are copied ahead and converted on the way to the product."""
    m = ml.program_id(0) * BLOCK_M + ml.arange(0, BLOCK_M)
    n = ml.arange(0, BLOCK_N)
    k = ml.arange(0, BLOCK_K)
    acc = ml.zeros((BLOCK_M, BLOCK_N), dtype=ml.float32)
    for k0 in ml.range(0, K, BLOCK_K, num_stages=STAGES):
        a = ml.load(a_ptr + m[:, None] * K + (k0 + k)[None, :], mask=(m[:, None] < M) & ((k0 + k)[None, :] < K), other=0.0)
        b = ml.load(b_ptr + n[:, None] * K + (k0 + k)[None, :], mask=(n[:, None] < N) & ((k0 + k)[None, :] < K), other=0.0)
        acc += ml.dot(a, ml.trans(b).to(a.dtype))
    ml.store(c_ptr + m[:, None] * N + n[None, :], acc, mask=(m[:, None] < M) & (n[None, :] < N))
