"""C = epilogue(alpha * A @ B + bias): fp32 accumulation, any M, N, K >= 0, any row strides.

A is [M, K], B is [K, N], C is [M, N], bias is [N]; elements outside are read as zero and never stored.
"""

import mla
import mla.language as ml


@mla.kernel
def matmul(
    a: ml.tensor[ml.bf16, 'M', 'K'], b: ml.tensor[ml.bf16, 'K', 'N'], bias: ml.tensor[ml.bf16, 'N'],
    c: ml.tensor[ml.bf16, 'M', 'N'], alpha,
    BLOCK_M: ml.constexpr, BLOCK_N: ml.constexpr, BLOCK_K: ml.constexpr, GROUP_M: ml.constexpr,
    HAS_BIAS: ml.constexpr, RELU: ml.constexpr,
):
    # GROUP_M rows of tiles share their columns of B while those are still in L2.
    pid = ml.program_id(0)
    tiles_m = ml.cdiv(a.shape[0], BLOCK_M).to(ml.int32)
    tiles_n = ml.cdiv(b.shape[1], BLOCK_N).to(ml.int32)
    group_tiles = GROUP_M * tiles_n
    first_m = pid // group_tiles * GROUP_M
    group_rows = ml.minimum(tiles_m - first_m, GROUP_M)
    m0 = (first_m + pid % group_tiles % group_rows).to(ml.int64) * BLOCK_M
    n0 = (pid % group_tiles // group_rows).to(ml.int64) * BLOCK_N

    acc = ml.zeros((BLOCK_M, BLOCK_N), dtype=ml.float32)
    for k0 in range(0, a.shape[1], BLOCK_K):
        x = ml.load(a[m0:m0 + BLOCK_M, k0:k0 + BLOCK_K], label="a")
        y = ml.load(b[k0:k0 + BLOCK_K, n0:n0 + BLOCK_N], label="b")
        acc = ml.dot(x, y, acc)

    value = acc * alpha
    if HAS_BIAS:
        value = value + ml.load(bias[n0:n0 + BLOCK_N]).to(ml.float32)[None, :]
    if RELU:
        value = ml.maximum(value, 0.0)
    ml.store(c[m0:m0 + BLOCK_M, n0:n0 + BLOCK_N], value)
