import mla
import mla.language as ml


@mla.kernel
def matmul(a, b, c, M, N, K, BLOCK_M: ml.constexpr, BLOCK_N: ml.constexpr, BLOCK_K: ml.constexpr):
    rows = ml.program_id(0) * BLOCK_M + ml.arange(0, BLOCK_M)
    cols = ml.program_id(1) * BLOCK_N + ml.arange(0, BLOCK_N)
    offs_k = ml.arange(0, BLOCK_K)
    a_ptrs = a + rows[:, None] * K + offs_k[None, :]
    b_ptrs = b + offs_k[:, None] * N + cols[None, :]
    acc = ml.zeros((BLOCK_M, BLOCK_N), dtype=ml.float32)
    for k in range(0, ml.cdiv(K, BLOCK_K)):
        x = ml.load(a_ptrs, mask=offs_k[None, :] < K - k * BLOCK_K, other=0.0)
        y = ml.load(b_ptrs, mask=offs_k[:, None] < K - k * BLOCK_K, other=0.0)
        acc += ml.dot(x, y)
        a_ptrs += BLOCK_K
        b_ptrs += BLOCK_K * N
    mask = (rows[:, None] < M) & (cols[None, :] < N)
    ml.store(c + rows[:, None] * N + cols[None, :], acc.to(ml.bfloat16), mask=mask)
