"""Attention backward: gradients of q, k and v from lse and delta, causal from the right or not, any lengths."""

import mla
import mla.language as ml


@mla.kernel
def grad_q(
    q: ml.tensor[ml.bf16, 'S_Q', 64], k: ml.tensor[ml.bf16, 'S_K', 64], v: ml.tensor[ml.bf16, 'S_K', 32],
    grad: ml.tensor[ml.bf16, 'S_Q', 32], lse: ml.tensor[ml.float32, 'S_Q'], delta: ml.tensor[ml.float32, 'S_Q'],
    dq: ml.tensor[ml.bf16, 'S_Q', 64], causal, scale, BLOCK_M: ml.constexpr, BLOCK_N: ml.constexpr,
):
    m0 = ml.program_id(0) * BLOCK_M
    keys = k.shape[0].to(ml.int32)
    shift = keys - q.shape[0].to(ml.int32)
    limit = ml.where(causal != 0, ml.minimum(m0 + 1 + shift + ml.arange(0, BLOCK_M), keys), keys)
    qt = ml.load(q[m0:m0 + BLOCK_M, :])
    dt = ml.load(grad[m0:m0 + BLOCK_M, :])
    row_lse = ml.load(lse[m0:m0 + BLOCK_M])
    row_delta = ml.load(delta[m0:m0 + BLOCK_M])
    acc = ml.zeros((BLOCK_M, 64), ml.float32)
    for k0 in range(0, keys, BLOCK_N):
        kt = ml.load(k[k0:k0 + BLOCK_N, :])
        vt = ml.load(v[k0:k0 + BLOCK_N, :])
        s = ml.attn.mask(ml.dot(qt, ml.trans(kt)), k0, limit)
        p, ds = ml.attn.grad_scores(s, row_lse, ml.dot(dt, ml.trans(vt)), row_delta, scale)
        acc = ml.dot(ds.to(kt.dtype), kt, acc)
    ml.store(dq[m0:m0 + BLOCK_M, :], acc)


@mla.kernel
def grad_kv(
    q: ml.tensor[ml.bf16, 'S_Q', 64], k: ml.tensor[ml.bf16, 'S_K', 64], v: ml.tensor[ml.bf16, 'S_K', 32],
    grad: ml.tensor[ml.bf16, 'S_Q', 32], lse: ml.tensor[ml.float32, 'S_Q'], delta: ml.tensor[ml.float32, 'S_Q'],
    dk: ml.tensor[ml.bf16, 'S_K', 64], dv: ml.tensor[ml.bf16, 'S_K', 32], causal, scale,
    BLOCK_M: ml.constexpr, BLOCK_N: ml.constexpr,
):
    """Scores are transposed, keys by queries, so that weights are the left factor of both products."""
    k0 = ml.program_id(0) * BLOCK_N
    keys = k.shape[0].to(ml.int32)
    queries = q.shape[0].to(ml.int32)
    shift = keys - queries
    kt = ml.load(k[k0:k0 + BLOCK_N, :])
    vt = ml.load(v[k0:k0 + BLOCK_N, :])
    key = k0 + ml.arange(0, BLOCK_N)
    dk_acc = ml.zeros((BLOCK_N, 64), ml.float32)
    dv_acc = ml.zeros((BLOCK_N, 32), ml.float32)
    for m0 in range(0, queries, BLOCK_M):
        qt = ml.load(q[m0:m0 + BLOCK_M, :])
        dt = ml.load(grad[m0:m0 + BLOCK_M, :])
        query = m0 + ml.arange(0, BLOCK_M)
        visible = (query[None, :] < queries) & ((causal == 0) | (key[:, None] <= query[None, :] + shift))
        s = ml.where(visible, ml.dot(kt, ml.trans(qt)), -float("inf"))
        p, ds = ml.attn.grad_scores(
            s, ml.load(lse[m0:m0 + BLOCK_M]), ml.dot(vt, ml.trans(dt)), ml.load(delta[m0:m0 + BLOCK_M]), scale, transposed=True)
        dv_acc = ml.dot(p.to(dt.dtype), dt, dv_acc)
        dk_acc = ml.dot(ds.to(qt.dtype), qt, dk_acc)
    ml.store(dk[k0:k0 + BLOCK_N, :], dk_acc)
    ml.store(dv[k0:k0 + BLOCK_N, :], dv_acc)


@mla.kernel
def grad_scores(s_ptr, lse_ptr, g_ptr, delta_ptr, p_ptr, ds_ptr, scale, M: ml.constexpr, N: ml.constexpr, TRANSPOSED: ml.constexpr):
    """What is hidden is exactly 0."""
    offs = ml.arange(0, M)[:, None] * N + ml.arange(0, N)[None, :]
    rows = ml.arange(0, N if TRANSPOSED else M)
    p, ds = ml.attn.grad_scores(
        ml.load(s_ptr + offs), ml.load(lse_ptr + rows), ml.load(g_ptr + offs), ml.load(delta_ptr + rows), scale, TRANSPOSED)
    ml.store(p_ptr + offs, p)
    ml.store(ds_ptr + offs, ds)
