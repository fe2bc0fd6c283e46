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
