"""C = epilogue(alpha * A @ B + bias): fp32 accumulation, any M, N, K >= 0, any strides.

A is [M, K], B is [K, N], C is [M, N], bias is [N]; elements outside are read as zero and never stored.
"""

import mla
import mla.language as ml


@mla.kernel
def matmul(
    a_ptr, b_ptr, bias_ptr, c_ptr, M, N, K, alpha,
    stride_am, stride_ak, stride_bk, stride_bn, stride_cm, stride_cn,
    BLOCK_M: ml.constexpr, BLOCK_N: ml.constexpr, BLOCK_K: ml.constexpr, GROUP_M: ml.constexpr,
    HAS_BIAS: ml.constexpr, RELU: ml.constexpr,
):
    # GROUP_M rows of tiles share their columns of B while those are still in L2.
    pid = ml.program_id(0)
    tiles_m = ml.cdiv(M, BLOCK_M)
    tiles_n = ml.cdiv(N, BLOCK_N)
    group_tiles = GROUP_M * tiles_n
    first_m = pid // group_tiles * GROUP_M
    group_rows = ml.minimum(tiles_m - first_m, GROUP_M)
    tile_m = first_m + pid % group_tiles % group_rows
    tile_n = pid % group_tiles // group_rows

    rows = tile_m * BLOCK_M + ml.arange(0, BLOCK_M)
    cols = tile_n * BLOCK_N + ml.arange(0, BLOCK_N)
    offs_k = ml.arange(0, BLOCK_K)
    row_mask = rows[:, None] < M
    col_mask = cols[None, :] < N
    # Rows times strides exceed 32 bits; offsets inside a row do not.
    a_ptrs = a_ptr + (rows.to(ml.int64)[:, None] * stride_am + offs_k[None, :] * stride_ak)
    b_ptrs = b_ptr + (offs_k.to(ml.int64)[:, None] * stride_bk + cols[None, :] * stride_bn)

    acc = ml.zeros((BLOCK_M, BLOCK_N), dtype=ml.float32)
    for k in range(0, ml.cdiv(K, BLOCK_K)):
        k_left = K - k * BLOCK_K
        a = ml.load(a_ptrs, mask=row_mask & (offs_k[None, :] < k_left), other=0.0)
        b = ml.load(b_ptrs, mask=(offs_k[:, None] < k_left) & col_mask, other=0.0)
        acc = ml.dot(a, b, acc)
        a_ptrs += BLOCK_K * stride_ak
        b_ptrs += BLOCK_K * stride_bk

    value = acc * alpha
    if HAS_BIAS:
        bias = ml.load(bias_ptr + cols, mask=cols < N, other=0.0)
        value = value + bias.to(ml.float32)[None, :]
    if RELU:
        value = ml.maximum(value, 0.0)
    c_ptrs = c_ptr + (rows.to(ml.int64)[:, None] * stride_cm + cols[None, :] * stride_cn)
    ml.store(c_ptrs, value, mask=row_mask & col_mask)
