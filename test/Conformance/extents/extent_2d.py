"""Every op on 2-D tiles of M x N elements: each plane of y holds one result, in the order of Extent2d.cpp."""

import mla
import mla.language as ml


@mla.jit
def reductions(u_ptr, v_ptr, p_ptr, q_ptr, s_ptr, x, i, rows, cols, u_stride, v_stride):
    """u, p: one value per row (axis 1), of x and of i; v, q: one per column (axis 0); s: one of all."""
    ml.store(u_ptr + rows, ml.sum(x, axis=1))
    ml.store(u_ptr + u_stride + rows, ml.max(x, axis=1))
    ml.store(u_ptr + 2 * u_stride + rows, ml.min(x, axis=1))
    ml.store(v_ptr + cols, ml.sum(x, axis=0))
    ml.store(v_ptr + v_stride + cols, ml.max(x, axis=0))
    ml.store(v_ptr + 2 * v_stride + cols, ml.min(x, axis=0))
    ml.store(p_ptr + rows, ml.sum(i, axis=1))
    ml.store(p_ptr + u_stride + rows, ml.max(i, axis=1))
    ml.store(p_ptr + 2 * u_stride + rows, ml.min(i, axis=1))
    ml.store(q_ptr + cols, ml.sum(i, axis=0))
    ml.store(q_ptr + v_stride + cols, ml.max(i, axis=0))
    ml.store(q_ptr + 2 * v_stride + cols, ml.min(i, axis=0))
    ml.store(s_ptr, ml.sum(x))
    ml.store(s_ptr + 1, ml.max(x))
    ml.store(s_ptr + 2, ml.min(x))


@mla.jit
def parts(y_ptr, x, x_stride, M: ml.constexpr, N: ml.constexpr):
    """The first rows and columns, and a small block in the middle; each in a plane of its own, at its place."""
    ROWS: ml.constexpr = M - M // 3
    COLS: ml.constexpr = N - N // 4
    ml.store(y_ptr + ml.arange(0, ROWS)[:, None] * x_stride + ml.arange(0, COLS)[None, :], x[:ROWS, :COLS])
    ROW: ml.constexpr = M // 16 * 8
    COL: ml.constexpr = N // 16 * 8
    HEIGHT: ml.constexpr = 8 if M >= 16 else 1
    WIDTH: ml.constexpr = 8 if N >= 16 else 1
    block = y_ptr + M * x_stride + ml.arange(ROW, ROW + HEIGHT)[:, None] * x_stride
    ml.store(block + ml.arange(COL, COL + WIDTH)[None, :], x[ROW:ROW + HEIGHT, COL:COL + WIDTH])


@mla.kernel
def extent_2d(
    x_ptr, xt_ptr, r_ptr, c_ptr, i_ptr, y_ptr, yt_ptr, u_ptr, v_ptr, p_ptr, q_ptr, s_ptr, m, n, trips,
    x_stride, xt_stride, u_stride, v_stride, M: ml.constexpr, N: ml.constexpr,
):
    rows = ml.arange(0, M)
    cols = ml.arange(0, N)
    offs = rows[:, None] * x_stride + cols[None, :]
    plane = M * x_stride
    mask = (rows[:, None] < m) & (cols[None, :] < n)
    x = ml.load(x_ptr + offs)
    i = ml.load(i_ptr + offs)
    r = ml.load(r_ptr + rows)[:, None]
    c = ml.load(c_ptr + cols)[None, :]
    reductions(u_ptr, v_ptr, p_ptr, q_ptr, s_ptr, x, i, rows, cols, u_stride, v_stride)

    ml.store(y_ptr + offs, x)
    ml.store(y_ptr + plane + offs, ml.load(x_ptr + offs, mask=mask, other=-3.0))
    ml.store(y_ptr + 2 * plane + offs, x, mask=mask)
    ml.store(y_ptr + 3 * plane + offs, x + r)
    ml.store(y_ptr + 4 * plane + offs, x - c)
    ml.store(y_ptr + 5 * plane + offs, r * c)
    ml.store(y_ptr + 6 * plane + offs, ml.where(x > c, x, r))
    ml.store(y_ptr + 7 * plane + offs, x - ml.max(x, axis=1)[:, None])
    ml.store(y_ptr + 8 * plane + offs, x - ml.min(x, axis=0, keep_dims=True))
    ml.store(y_ptr + 9 * plane + offs, ml.full((M, N), 1.5, ml.float32) + ml.zeros((M, N), dtype=ml.float32))
    ml.store(y_ptr + 10 * plane + offs, rows[:, None] * N + cols[None, :])
    power = ml.exp(x - ml.max(x, axis=1)[:, None])
    ml.store(y_ptr + 11 * plane + offs, power / ml.sum(power, axis=1)[:, None])
    ml.store(y_ptr + 12 * plane + offs, ml.maximum(x, r) + ml.minimum(x, c))
    carried = x
    for k in range(0, trips):
        carried = carried * 0.5 + (r + k)
    ml.store(y_ptr + 13 * plane + offs, carried)
    # The same tile read along its other dimension.
    transposed = cols[None, :] * xt_stride + rows[:, None]
    ml.store(y_ptr + 14 * plane + offs, ml.load(xt_ptr + transposed))

    parts(y_ptr + 15 * plane, x, x_stride, M, N)

    ml.store(yt_ptr + transposed, x)
    ml.store(yt_ptr + N * xt_stride + cols[:, None] * xt_stride + rows[None, :], ml.trans(x))
