"""Every op on 1-D tiles of N elements: each row of an output holds one result, in the order of Extent1d.cpp."""

import mla
import mla.language as ml


@mla.jit
def comparisons(a, b):
    """One bit per operator."""
    bits = (a < b).to(ml.int32) + (a <= b).to(ml.int32) * 2 + (a > b).to(ml.int32) * 4
    return bits + (a >= b).to(ml.int32) * 8 + (a == b).to(ml.int32) * 16 + (a != b).to(ml.int32) * 32


@mla.jit
def floats(y_ptr, x_ptr, x, z, i, h, offs, mask, trips, flag, stride, N: ml.constexpr):
    ml.store(y_ptr + offs, x)
    ml.store(y_ptr + stride + offs, ml.load(x_ptr + offs, mask=mask, other=-3.0))
    ml.store(y_ptr + 2 * stride + offs, x, mask=mask)
    ml.store(y_ptr + 3 * stride + offs, x * 2 + 1.0)
    ml.store(y_ptr + 4 * stride + offs, (x - 0.25) * x)
    ml.store(y_ptr + 5 * stride + offs, z / x)
    ml.store(y_ptr + 6 * stride + offs, ml.where(x > 0.0, x, -1.0))
    ml.store(y_ptr + 7 * stride + offs, ml.maximum(x, z))
    ml.store(y_ptr + 8 * stride + offs, ml.minimum(x, z))
    ml.store(y_ptr + 9 * stride + offs, ml.exp(x))
    ml.store(y_ptr + 10 * stride + offs, ml.exp2(x))
    ml.store(y_ptr + 11 * stride + offs, x.to(ml.bfloat16).to(ml.float32))
    ml.store(y_ptr + 12 * stride + offs, x.to(ml.float16).to(ml.float32))
    ml.store(y_ptr + 13 * stride + offs, (i * 37).to(ml.float32))
    ml.store(y_ptr + 14 * stride + offs, -x)
    ml.store(y_ptr + 15 * stride + offs, ml.full((N,), 2.5, ml.float32))
    ml.store(y_ptr + 16 * stride + offs, ml.zeros((N,), dtype=ml.float32))
    ml.store(y_ptr + 17 * stride + offs, x - ml.max(x, axis=0))
    ml.store(y_ptr + 18 * stride + offs, h.to(ml.float32))

    carried = x
    for k in range(0, trips):
        carried = carried * 0.5 + k
    ml.store(y_ptr + 19 * stride + offs, carried)

    counted = x
    left = trips
    while left > 0:
        counted = counted + left
        left -= 2
    ml.store(y_ptr + 20 * stride + offs, counted)

    if flag > 0:
        chosen = x * 4.0
        for k in range(0, trips):
            chosen += x
    else:
        chosen = x - 1.0
    ml.store(y_ptr + 21 * stride + offs, chosen)

    unrolled = x
    for k in ml.static_range(1, 4):
        unrolled = unrolled + k
    ml.store(y_ptr + 22 * stride + offs, unrolled)


@mla.jit
def integers(j_ptr, i_ptr, x, z, i, d, offs, mask, trips, stride):
    ml.store(j_ptr + offs, i)
    ml.store(j_ptr + stride + offs, ml.load(i_ptr + offs, mask=mask, other=-5))
    ml.store(j_ptr + 2 * stride + offs, i * 37 - 11)
    ml.store(j_ptr + 3 * stride + offs, i // d)
    ml.store(j_ptr + 4 * stride + offs, i % d)
    ml.store(j_ptr + 5 * stride + offs, (((i << 3) ^ d) & 1023) | 5)
    ml.store(j_ptr + 6 * stride + offs, i >> 2)
    ml.store(j_ptr + 7 * stride + offs, offs + 7)
    ml.store(j_ptr + 8 * stride + offs, i.to(ml.int8).to(ml.int32))
    ml.store(j_ptr + 9 * stride + offs, i.to(ml.uint8).to(ml.int32))
    ml.store(j_ptr + 10 * stride + offs, ((i.to(ml.int64) * 1000003) >> 12).to(ml.int32))
    ml.store(j_ptr + 11 * stride + offs, comparisons(i, d * 4096))
    ml.store(j_ptr + 12 * stride + offs, comparisons(x, z))
    ml.store(j_ptr + 13 * stride + offs, ml.where(mask, i, -9))
    ml.store(j_ptr + 14 * stride + offs, ml.maximum(i, d))
    ml.store(j_ptr + 15 * stride + offs, ml.minimum(i, d))
    ml.store(j_ptr + 16 * stride + offs, ml.cdiv(i, 7))
    ml.store(j_ptr + 17 * stride + offs, x.to(ml.int32))
    ml.store(j_ptr + 18 * stride + offs, ((mask & (i > 0)) | ~(x > 0.0)).to(ml.int32))
    ml.store(j_ptr + 19 * stride + offs, -i)
    ml.store(j_ptr + 20 * stride + offs, (i.to(ml.uint32) // 7).to(ml.int32))
    ml.store(j_ptr + 21 * stride + offs, (i.to(ml.uint32) > 1000).to(ml.int32))
    ml.store(j_ptr + 22 * stride + offs, x.to(ml.int1).to(ml.int32))
    ml.store(j_ptr + 23 * stride + offs, i.to(ml.int16).to(ml.int32))

    carried = i
    for k in range(0, trips):
        carried = carried + carried - k
    ml.store(j_ptr + 24 * stride + offs, carried)


@mla.jit
def scalars(s_ptr, t_ptr, x_ptr, x, z, i, h, offs, mask):
    ml.store(s_ptr, ml.sum(x, axis=0))
    ml.store(s_ptr + 1, ml.max(x, axis=0))
    ml.store(s_ptr + 2, ml.min(x, axis=0))
    ml.store(s_ptr + 3, ml.max(z, axis=0))
    ml.store(s_ptr + 4, ml.min(z, axis=0))
    ml.store(s_ptr + 5, ml.sum(ml.where(mask, x, 0.0), axis=0))
    ml.store(s_ptr + 6, ml.max(h, axis=0))
    ml.store(s_ptr + 7, ml.max(ml.load(x_ptr + offs, mask=mask, other=-float("inf")), axis=0))
    ml.store(s_ptr + 8, ml.min(ml.load(x_ptr + offs, mask=mask, other=float("inf"))))

    ml.store(t_ptr, ml.sum(i, axis=0))
    ml.store(t_ptr + 1, ml.max(i, axis=0))
    ml.store(t_ptr + 2, ml.min(i, axis=0))
    ml.store(t_ptr + 3, ml.sum(mask.to(ml.int32), axis=0))
    ml.store(t_ptr + 4, ml.sum(i.to(ml.int8), axis=0))
    ml.store(t_ptr + 5, ml.max(i.to(ml.uint32), axis=0).to(ml.int32))
    ml.store(t_ptr + 6, ml.min(i.to(ml.uint32), axis=0).to(ml.int32))


@mla.kernel
def extent_1d(
    x_ptr, z_ptr, i_ptr, d_ptr, h_ptr, y_ptr, j_ptr, g_ptr, s_ptr, t_ptr, n, trips, flag, stride,
    N: ml.constexpr,
):
    offs = ml.arange(0, N)
    mask = offs < n
    x = ml.load(x_ptr + offs)
    z = ml.load(z_ptr + offs)
    i = ml.load(i_ptr + offs)
    d = ml.load(d_ptr + offs)
    h = ml.load(h_ptr + offs)
    floats(y_ptr, x_ptr, x, z, i, h, offs, mask, trips, flag, stride, N)
    integers(j_ptr, i_ptr, x, z, i, d, offs, mask, trips, stride)
    scalars(s_ptr, t_ptr, x_ptr, x, z, i, h, offs, mask)

    ml.store(g_ptr + offs, h)
    ml.store(g_ptr + stride + offs, h * h)
    ml.store(g_ptr + 2 * stride + offs, x)
    ml.store(g_ptr + 3 * stride + offs, ml.load(h_ptr + offs, mask=mask, other=0.5))
    ml.store(g_ptr + 4 * stride + offs, ml.where(mask, h, -2.0))
