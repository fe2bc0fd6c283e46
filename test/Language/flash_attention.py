"""Attention forward: out = softmax(scale * q k^T) v, causal from the right or not, any lengths."""

import mla
import mla.language as ml


@mla.kernel
def forward(
    q: ml.tensor[ml.bf16, 'B', 'H', 'S_Q', 128], k: ml.tensor[ml.bf16, 'B', 'H', 'S_K', 128],
    v: ml.tensor[ml.bf16, 'B', 'H', 'S_K', 128], out: ml.tensor[ml.bf16, 'B', 'H', 'S_Q', 128],
    lse: ml.tensor[ml.float32, 'B', 'H', 'S_Q'], causal, scale_log2,
    BLOCK_M: ml.constexpr, BLOCK_N: ml.constexpr,
):
    # Rows that see the most keys first.
    m0 = (ml.num_programs(0) - 1 - ml.program_id(0)) * BLOCK_M
    h = ml.program_id(1)
    b = ml.program_id(2)
    keys = k.shape[2].to(ml.int32)
    shift = keys - q.shape[2].to(ml.int32)
    limit = ml.where(causal != 0, ml.minimum(m0 + 1 + shift + ml.arange(0, BLOCK_M), keys), keys)
    end = keys
    # Keys before `full` are visible to all rows.
    full = keys // BLOCK_N * BLOCK_N
    if causal != 0:
        end = ml.minimum(keys, m0 + BLOCK_M + shift)
        full = ml.minimum(full, ml.maximum(m0 + 1 + shift, 0) // BLOCK_N * BLOCK_N)

    qt = ml.load(q[b, h, m0:m0 + BLOCK_M, :])
    m, l, acc = ml.attn.softmax_init(BLOCK_M, 1, 128)
    for k0 in range(0, full, BLOCK_N):
        kt = ml.load(k[b, h, k0:k0 + BLOCK_N, :])
        p, m, l, acc = ml.attn.softmax_step(ml.dot(qt, ml.trans(kt)), m, l, acc, scale=scale_log2)
        vt = ml.load(v[b, h, k0:k0 + BLOCK_N, :])
        acc = ml.dot(p.to(vt.dtype), vt, acc)
    for k0 in range(full, end, BLOCK_N):
        kt = ml.load(k[b, h, k0:k0 + BLOCK_N, :])
        s = ml.attn.mask(ml.dot(qt, ml.trans(kt)), k0, limit)
        p, m, l, acc = ml.attn.softmax_step(s, m, l, acc, scale=scale_log2)
        vt = ml.load(v[b, h, k0:k0 + BLOCK_N, :])
        acc = ml.dot(p.to(vt.dtype), vt, acc)

    value, row_lse = ml.attn.softmax_finish(m, l, acc)
    ml.store(out[b, h, m0:m0 + BLOCK_M, :], value)
    ml.store(lse[b, h, m0:m0 + BLOCK_M], row_lse)
