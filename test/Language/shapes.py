"""Shape changes: permutations, reshapes, pairs, broadcasts."""

import mla
import mla.language as ml


@mla.kernel
def permute_2d(x_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr):
    rows = ml.arange(0, M)
    cols = ml.arange(0, N)
    x = ml.load(x_ptr + rows[:, None] * N + cols[None, :])
    ml.store(y_ptr + cols[:, None] * M + rows[None, :], x.T)


@mla.kernel
def permute_3d(x_ptr, y_ptr, A: ml.constexpr, B: ml.constexpr, C: ml.constexpr):
    a = ml.arange(0, A)
    b = ml.arange(0, B)
    c = ml.arange(0, C)
    x = ml.load(x_ptr + a[:, None, None] * (B * C) + b[None, :, None] * C + c[None, None, :])
    y = ml.permute(x, (2, 0, 1))
    ml.store(y_ptr + c[:, None, None] * (A * B) + a[None, :, None] * B + b[None, None, :], y)


@mla.kernel
def trans_last(x_ptr, y_ptr, A: ml.constexpr, B: ml.constexpr, C: ml.constexpr):
    a = ml.arange(0, A)
    b = ml.arange(0, B)
    c = ml.arange(0, C)
    x = ml.load(x_ptr + a[:, None, None] * (B * C) + b[None, :, None] * C + c[None, None, :])
    y = ml.trans(x) + ml.trans(x, (0, 2, 1))
    ml.store(y_ptr + a[:, None, None] * (B * C) + c[None, :, None] * B + b[None, None, :], y)


@mla.kernel
def flatten(x_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr):
    rows = ml.arange(0, M)
    cols = ml.arange(0, N)
    x = ml.load(x_ptr + rows[:, None] * N + cols[None, :])
    ml.store(y_ptr + ml.arange(0, M * N), ml.ravel(x) + 1.0)


@mla.kernel
def unflatten(x_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr):
    rows = ml.arange(0, M)
    cols = ml.arange(0, N)
    x = ml.load(x_ptr + ml.arange(0, M * N))
    ml.store(y_ptr + rows[:, None] * N + cols[None, :], ml.reshape(x, (M, N)) * 2.0)


@mla.kernel
def reshape_3d(x_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr, A: ml.constexpr, B: ml.constexpr, C: ml.constexpr):
    """Column sums of the middle dimension, so that wrong places show."""
    rows = ml.arange(0, M)
    cols = ml.arange(0, N)
    x = ml.load(x_ptr + rows[:, None] * N + cols[None, :])
    y = ml.sum(ml.reshape(x, (A, B, C)), axis=1)
    ml.store(y_ptr + ml.arange(0, A)[:, None] * C + ml.arange(0, C)[None, :], y)


@mla.kernel
def reshape_indices(y_ptr, M: ml.constexpr, N: ml.constexpr):
    """Addresses that are reshaped themselves."""
    flat = ml.arange(0, M * N)
    ml.store(y_ptr + ml.reshape(flat, (M, N)), ml.reshape(flat * 3, (M, N)))


@mla.kernel
def reshape_in_loop(x_ptr, y_ptr, n, M: ml.constexpr, N: ml.constexpr):
    """Scratch memory is used again in every round."""
    rows = ml.arange(0, M)
    cols = ml.arange(0, N)
    acc = ml.zeros((N, M), ml.float32)
    for i in range(0, n):
        x = ml.load(x_ptr + i * (M * N) + rows[:, None] * N + cols[None, :])
        acc = acc * 0.5 + ml.reshape(x, (N, M))
    ml.store(y_ptr + cols[:, None] * M + rows[None, :], acc)


@mla.kernel
def join_tiles(a_ptr, b_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr):
    rows = ml.arange(0, M)
    cols = ml.arange(0, N)
    offs = rows[:, None] * N + cols[None, :]
    y = ml.join(ml.load(a_ptr + offs), ml.load(b_ptr + offs))
    pair = ml.arange(0, 2)
    ml.store(y_ptr + offs[:, :, None] * 2 + pair[None, None, :], y)


@mla.kernel
def interleave_tiles(a_ptr, b_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr):
    rows = ml.arange(0, M)
    cols = ml.arange(0, N)
    offs = rows[:, None] * N + cols[None, :]
    y = ml.interleave(ml.load(a_ptr + offs), ml.load(b_ptr + offs))
    both = ml.arange(0, 2 * N)
    ml.store(y_ptr + rows[:, None] * (2 * N) + both[None, :], y)


@mla.kernel
def split_tile(x_ptr, a_ptr, b_ptr, M: ml.constexpr, N: ml.constexpr):
    rows = ml.arange(0, M)
    cols = ml.arange(0, 2 * N)
    x = ml.load(x_ptr + rows[:, None] * (2 * N) + cols[None, :])
    a, b = ml.split(ml.reshape(x, (M, N, 2)))
    half = ml.arange(0, N)
    offs = rows[:, None] * N + half[None, :]
    ml.store(a_ptr + offs, a)
    ml.store(b_ptr + offs, b)


@mla.kernel
def split_pair(x_ptr, y_ptr):
    """Two scalars out of a tile of two, and back."""
    a, b = ml.split(ml.load(x_ptr + ml.arange(0, 2)))
    ml.store(y_ptr + ml.arange(0, 2), ml.join(b, a))


@mla.kernel
def cat_tiles(a_ptr, b_ptr, y_ptr, N: ml.constexpr):
    offs = ml.arange(0, N)
    y = ml.cat(ml.load(a_ptr + offs), ml.load(b_ptr + offs), can_reorder=False)
    ml.store(y_ptr + ml.arange(0, 2 * N), y)


@mla.kernel
def cat_columns(a_ptr, b_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr):
    rows = ml.arange(0, M)
    offs = rows[:, None] * N + ml.arange(0, N)[None, :]
    y = ml.cat(ml.load(a_ptr + offs), ml.load(b_ptr + offs), dim=1)
    ml.store(y_ptr + rows[:, None] * (2 * N) + ml.arange(0, 2 * N)[None, :], y)


@mla.kernel
def broadcasts(x_ptr, y_ptr, M: ml.constexpr, N: ml.constexpr):
    x = ml.load(x_ptr + ml.arange(0, M))
    column = ml.expand_dims(x, 1)
    tile = ml.broadcast_to(column, (M, N))
    a, b = ml.broadcast(ml.expand_dims(x, -1), ml.arange(0, N)[None, :])
    offs = ml.arange(0, M)[:, None] * N + ml.arange(0, N)[None, :]
    ml.store(y_ptr + offs, tile + a * b)


@mla.kernel
def transposed_product(a_ptr, b_ptr, c_ptr, K, BLOCK: ml.constexpr):
    """c = a.T @ b.T over K in steps: transposed loads that feed a product stay in shared memory."""
    m = ml.arange(0, BLOCK)
    acc = ml.zeros((BLOCK, BLOCK), ml.float32)
    for k in range(0, K, 32):
        ks = k + ml.arange(0, 32)
        a = ml.load(a_ptr + ks[:, None] * BLOCK + m[None, :])
        b = ml.load(b_ptr + m[:, None] * K + ks[None, :])
        acc += ml.dot(ml.permute(a, 1, 0), b.T)
    ml.store(c_ptr + m[:, None] * BLOCK + m[None, :], acc)
