"""Gathers, histograms, sorts, and what is filled like another value."""

import mla
import mla.language as ml


@mla.kernel
def gather_rows(x_ptr, i_ptr, y_ptr, M: ml.constexpr, K: ml.constexpr, N: ml.constexpr):
    """y[k, n] = x[i[k, n], n]"""
    cols = ml.arange(0, N)[None, :]
    x = ml.load(x_ptr + ml.arange(0, M)[:, None] * N + cols)
    offs = ml.arange(0, K)[:, None] * N + cols
    ml.store(y_ptr + offs, ml.gather(x, ml.load(i_ptr + offs), 0))


@mla.kernel
def gather_columns(x_ptr, i_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr, K: ml.constexpr):
    """y[m, k] = x[m, i[m, k]]"""
    rows = ml.arange(0, M)[:, None]
    x = ml.load(x_ptr + rows * N + ml.arange(0, N)[None, :])
    offs = rows * K + ml.arange(0, K)[None, :]
    ml.store(y_ptr + offs, x.gather(ml.load(i_ptr + offs), -1))


@mla.kernel
def gather_in_loop(x_ptr, y_ptr, n, N: ml.constexpr):
    """Rotates by one position in every round."""
    offs = ml.arange(0, N)
    x = ml.load(x_ptr + offs)
    for _ in range(0, n):
        x = ml.gather(x, (offs + 1) % N, 0)
    ml.store(y_ptr + offs, x)


@mla.kernel
def flip_columns(x_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr):
    offs = ml.arange(0, M)[:, None] * N + ml.arange(0, N)[None, :]
    ml.store(y_ptr + offs, ml.flip(ml.load(x_ptr + offs), 1))


@mla.kernel
def flip_rows(x_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr):
    offs = ml.arange(0, M)[:, None] * N + ml.arange(0, N)[None, :]
    ml.store(y_ptr + offs, ml.load(x_ptr + offs).flip(0))


@mla.kernel
def count(x_ptr, y_ptr, N: ml.constexpr, BINS: ml.constexpr):
    ml.store(y_ptr + ml.arange(0, BINS), ml.histogram(ml.load(x_ptr + ml.arange(0, N)), BINS))


@mla.kernel
def count_masked(x_ptr, y_ptr, n, N: ml.constexpr, BINS: ml.constexpr):
    offs = ml.arange(0, N)
    x = ml.load(x_ptr + offs)
    ml.store(y_ptr + ml.arange(0, BINS), ml.histogram(x, BINS, mask=(offs < n) & (x % 2 == 0)))


@mla.kernel
def sort_rows(x_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr, DESCENDING: ml.constexpr):
    offs = ml.arange(0, M)[:, None] * N + ml.arange(0, N)[None, :]
    ml.store(y_ptr + offs, ml.sort(ml.load(x_ptr + offs), descending=DESCENDING))


@mla.kernel
def sort_columns(x_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr):
    offs = ml.arange(0, M)[:, None] * N + ml.arange(0, N)[None, :]
    ml.store(y_ptr + offs, ml.sort(ml.load(x_ptr + offs), dim=0))


@mla.kernel
def greatest(x_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr, K: ml.constexpr):
    rows = ml.arange(0, M)[:, None]
    x = ml.load(x_ptr + rows * N + ml.arange(0, N)[None, :])
    ml.store(y_ptr + rows * K + ml.arange(0, K)[None, :], ml.topk(x, K))


@mla.kernel
def swizzle(y_ptr, i, j):
    row, col = ml.swizzle2d(ml.program_id(0), ml.program_id(1), i, j, 2)
    ml.store(y_ptr + row * j + col, ml.program_id(0) * j + ml.program_id(1))


@mla.kernel
def like(x_ptr, y_ptr, n, N: ml.constexpr):
    offs = ml.arange(0, N)
    x = ml.load(x_ptr + offs)
    y = ml.full_like(x, 2.5) + ml.zeros_like(x) + ml.full_like(x, n, dtype=ml.float32)
    y = ml.where((offs < n).logical_and(offs > 1).logical_or(offs == 0), y, x)
    ml.store(y_ptr + offs, y.cast(ml.float32) + ml.cast(offs.cdiv(4), ml.float32))
