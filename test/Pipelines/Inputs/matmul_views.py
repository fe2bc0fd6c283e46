import mla
import mla.language as ml


@mla.kernel
def matmul_views(
    a: ml.tensor[ml.bf16, 'M', 'K'], b: ml.tensor[ml.bf16, 'K', 'N'], c: ml.tensor[ml.bf16, 'M', 'N'],
    BLOCK_M: ml.constexpr, BLOCK_N: ml.constexpr, BLOCK_K: ml.constexpr,
):
    m0 = ml.program_id(0).to(ml.int64) * BLOCK_M
    n0 = ml.program_id(1).to(ml.int64) * BLOCK_N
    acc = ml.zeros((BLOCK_M, BLOCK_N), dtype=ml.float32)
    for k0 in range(0, a.shape[1], BLOCK_K):
        x = ml.load(a[m0:m0 + BLOCK_M, k0:k0 + BLOCK_K], label="a")
        y = ml.load(b[k0:k0 + BLOCK_K, n0:n0 + BLOCK_N], label="b")
        acc = ml.dot(x, y, acc)
    ml.store(c[m0:m0 + BLOCK_M, n0:n0 + BLOCK_N], acc)
