"""Matrix products of any M, N, K: operands from memory in a pipelined loop, from registers, and a product's own result.

One input matrix holds, one below the other, A[M, k_total], B[k_total, N], P[M, K], Q[N, K] and R[N, 16]; the output
holds C = A @ B, D = (2 * P) @ Q.T and F = C @ R. All rows are `stride` elements apart.
"""

import mla
import mla.language as ml


@mla.jit
def products(in_ptr, out_ptr, k_total, stride, M: ml.constexpr, N: ml.constexpr, K: ml.constexpr):
    R_COLS: ml.constexpr = 16
    rows = ml.arange(0, M)
    cols = ml.arange(0, N)
    depth = ml.arange(0, K)
    wide = ml.arange(0, R_COLS)
    element = in_ptr.dtype.element_ty

    # Scalars move the pointers: a tile of 64-bit pointers would cost more registers than the tile itself.
    a_offs = rows[:, None] * stride + depth[None, :]
    b_offs = depth[:, None] * stride + cols[None, :]
    b_ptr = in_ptr + M * stride
    c = ml.zeros((M, N), dtype=ml.float32)
    for k in range(0, ml.cdiv(k_total, K)):
        left = k_total - k * K
        a = ml.load(in_ptr + k * K + a_offs, mask=depth[None, :] < left, other=0.0)
        b = ml.load(b_ptr + k * K * stride + b_offs, mask=depth[:, None] < left, other=0.0)
        c = ml.dot(a, b, c)
    out_ptrs = out_ptr + (rows[:, None] * stride + cols[None, :])
    ml.store(out_ptrs, c)

    p_ptr = in_ptr + (M + k_total) * stride
    p = ml.load(p_ptr + (rows[:, None] * stride + depth[None, :]))
    q_ptr = p_ptr + M * stride
    q = ml.load(q_ptr + (cols[None, :] * stride + depth[:, None]))
    doubled = (p.to(ml.float32) * 2.0).to(element)
    ml.store(out_ptrs + M * stride, ml.dot(doubled, q))

    r_ptr = q_ptr + N * stride
    r = ml.load(r_ptr + (cols[:, None] * stride + wide[None, :]))
    f_ptrs = out_ptr + 2 * M * stride + (rows[:, None] * stride + wide[None, :])
    ml.store(f_ptrs, ml.dot(c.to(element), r))


@mla.kernel
def extent_dot(in_ptr, out_ptr, k_total, stride, M: ml.constexpr, N: ml.constexpr, K: ml.constexpr):
    products(in_ptr, out_ptr, k_total, stride, M, N, K)


@mla.kernel
def extent_dot_sides(
    in0_ptr, out0_ptr, k0_total, in1_ptr, out1_ptr, k1_total, in2_ptr, out2_ptr, k2_total, stride, E: ml.constexpr,
):
    """The extent as M, as N and as K."""
    products(in0_ptr, out0_ptr, k0_total, stride, E, 16, 32)
    products(in1_ptr, out1_ptr, k1_total, stride, 16, E, 32)
    products(in2_ptr, out2_ptr, k2_total, stride, 16, 16, E)
