import mla
import mla.language as ml


@mla.kernel
def matmul(
    a: ml.tensor[ml.bf16, 'M', 'K'], b: ml.tensor[ml.bf16, 'K', 'N'], bias: ml.tensor[ml.bf16, 'N'],
    c: ml.tensor[ml.bf16, 'M', 'N'], alpha,
    BLOCK_M: ml.constexpr, BLOCK_N: ml.constexpr, BLOCK_K: ml.constexpr, GROUP_M: ml.constexpr,
    HAS_BIAS: ml.constexpr, RELU: ml.constexpr, PER: ml.constexpr,
):
    # The grid is for tiles PER times as high: each program takes several, and its channels run on from tile to tile.
    BM: ml.constexpr = BLOCK_M // PER
    tiles_m = ml.cdiv(a.shape[0], BM).to(ml.int32)
    tiles_n = ml.cdiv(b.shape[1], BLOCK_N).to(ml.int32)
    for t in range(ml.program_id(0), tiles_m * tiles_n, ml.num_programs(0)):
        m0 = (t // tiles_n).to(ml.int64) * BM
        n0 = (t % tiles_n).to(ml.int64) * BLOCK_N
        acc = ml.zeros((BM, BLOCK_N), dtype=ml.float32)
        for k0 in range(0, a.shape[1], BLOCK_K):
            x = ml.load(a[m0:m0 + BM, k0:k0 + BLOCK_K], label="a")
            y = ml.load(b[k0:k0 + BLOCK_K, n0:n0 + BLOCK_N], label="b")
            acc = ml.dot(x, y, acc)
        value = acc * alpha
        if HAS_BIAS:
            value = value + ml.load(bias[n0:n0 + BLOCK_N]).to(ml.float32)[None, :]
        if RELU:
            value = ml.maximum(value, 0.0)
        ml.store(c[m0:m0 + BM, n0:n0 + BLOCK_N], value)
