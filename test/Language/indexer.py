"""Choosing keys for sparse attention: logits of a lightning indexer, the greatest of them, both at once."""

import mla
import mla.language as ml


@mla.kernel
def reduce_heads(s_ptr, w_ptr, k_ptr, y_ptr, T: ml.constexpr, H: ml.constexpr, N: ml.constexpr, SCALED: ml.constexpr):
    cols = ml.arange(0, N)
    s = ml.load(s_ptr + ml.arange(0, T * H)[:, None] * N + cols[None, :])
    w = ml.load(w_ptr + ml.arange(0, T)[:, None] * H + ml.arange(0, H)[None, :])
    if SCALED:
        y = ml.indexer.head_reduce(s, w, ml.load(k_ptr + cols))
    else:
        y = ml.indexer.head_reduce(s, w)
    ml.store(y_ptr + ml.arange(0, T)[:, None] * N + cols[None, :], y)


@mla.kernel
def logits(
    q: ml.tensor[ml.bf16, 'ROWS', 64], k: ml.tensor[ml.bf16, 'N', 64], k_scale: ml.tensor[ml.float32, 'N'],
    weights: ml.tensor[ml.float32, 'M', 'H'], starts: ml.tensor[ml.int32, 'M'], ends: ml.tensor[ml.int32, 'M'],
    out: ml.tensor[ml.float32, 'M', 'N'], HEADS: ml.constexpr, BLOCK_T: ml.constexpr, BLOCK_N: ml.constexpr,
):
    """Contiguous keys; keys outside of [start, end) of a token are -inf."""
    t0 = ml.program_id(0) * BLOCK_T
    n = out.shape[1].to(ml.int32)
    start = ml.load(starts[t0:t0 + BLOCK_T])
    end = ml.load(ends[t0:t0 + BLOCK_T])
    w = ml.load(weights[t0:t0 + BLOCK_T, 0:HEADS])
    qt = ml.load(q[t0 * HEADS:t0 * HEADS + BLOCK_T * HEADS, :])
    for n0 in range(0, n, BLOCK_N):
        kt = ml.load(k[n0:n0 + BLOCK_N, :])
        y = ml.indexer.head_reduce(ml.dot(qt, ml.trans(kt)), w, ml.load(k_scale[n0:n0 + BLOCK_N]))
        cols = n0 + ml.arange(0, BLOCK_N)
        visible = (cols[None, :] >= start[:, None]) & (cols[None, :] < end[:, None])
        ml.store(out[t0:t0 + BLOCK_T, n0:n0 + BLOCK_N], ml.where(visible, y, -float("inf")))


@mla.kernel
def logits_topk(
    q: ml.tensor[ml.bf16, 'ROWS', 64], k: ml.tensor[ml.bf16, 'N', 64], k_scale: ml.tensor[ml.float32, 'N'],
    weights: ml.tensor[ml.float32, 'M', 'H'], starts: ml.tensor[ml.int32, 'M'], ends: ml.tensor[ml.int32, 'M'],
    values: ml.tensor[ml.float32, 'M', 'K'], indices: ml.tensor[ml.int32, 'M', 'K'],
    HEADS: ml.constexpr, BLOCK_T: ml.constexpr, BLOCK_N: ml.constexpr, TOPK: ml.constexpr,
):
    """No logit is stored; indices count from a token's start."""
    t0 = ml.program_id(0) * BLOCK_T
    n = k.shape[0].to(ml.int32)
    start = ml.load(starts[t0:t0 + BLOCK_T])
    length = ml.minimum(ml.load(ends[t0:t0 + BLOCK_T]), n) - start
    w = ml.load(weights[t0:t0 + BLOCK_T, 0:HEADS])
    qt = ml.load(q[t0 * HEADS:t0 * HEADS + BLOCK_T * HEADS, :])
    state = ml.indexer.topk_init(BLOCK_T, TOPK)
    for n0 in range(0, n, BLOCK_N):
        kt = ml.load(k[n0:n0 + BLOCK_N, :])
        y = ml.indexer.head_reduce(ml.dot(qt, ml.trans(kt)), w, ml.load(k_scale[n0:n0 + BLOCK_N]))
        state = ml.indexer.topk_step(y, n0 - start, length, state)
    value, index = ml.indexer.topk_finish(state, TOPK)
    ml.store(values[t0:t0 + BLOCK_T, 0:TOPK], value)
    ml.store(indices[t0:t0 + BLOCK_T, 0:TOPK], index)


@mla.kernel
def topk(
    x: ml.tensor[ml.float32, 'M', 'N'], lengths: ml.tensor[ml.int32, 'M'], values: ml.tensor[ml.float32, 'M', 'K'],
    indices: ml.tensor[ml.int32, 'M', 'K'], ROWS: ml.constexpr, TOPK: ml.constexpr, BLOCK: ml.constexpr,
):
    r0 = ml.program_id(0) * ROWS
    length = ml.load(lengths[r0:r0 + ROWS])
    state = ml.indexer.topk_init(ROWS, TOPK)
    for n0 in range(0, x.shape[1].to(ml.int32), BLOCK):
        state = ml.indexer.topk_step(ml.load(x[r0:r0 + ROWS, n0:n0 + BLOCK]), n0, length, state)
    value, index = ml.indexer.topk_finish(state, TOPK)
    ml.store(values[r0:r0 + ROWS, 0:TOPK], value)
    ml.store(indices[r0:r0 + ROWS, 0:TOPK], index)


@mla.kernel
def topk_wrap(x_ptr, i_ptr, v_ptr, first, limit, N: ml.constexpr, TOPK: ml.constexpr):
    """One step, wherever its columns begin."""
    state = ml.indexer.topk_init(1, TOPK)
    state = ml.indexer.topk_step(ml.load(x_ptr + ml.arange(0, N))[None, :], first, limit, state)
    value, index = ml.indexer.topk_finish(state, TOPK)
    ml.store(v_ptr + ml.arange(0, TOPK)[None, :], value)
    ml.store(i_ptr + ml.arange(0, TOPK)[None, :], index)


@mla.kernel
def topk_entries(x: ml.tensor[ml.float32, 'M', 'N'], entries: ml.tensor[ml.int64, 'M', 'S'], ROWS: ml.constexpr, TOPK: ml.constexpr):
    """What a state is: integers in the order of the choice."""
    state = ml.indexer.topk_init(ROWS, TOPK)
    n = x.shape[1].to(ml.int32)
    state = ml.indexer.topk_step(ml.load(x[0:ROWS, 0:TOPK]), 0, n, state)
    ml.store(entries[0:ROWS, 0:TOPK], state)


@mla.kernel
def topk_merge(
    x: ml.tensor[ml.float32, 'M', 'N'], values: ml.tensor[ml.float32, 'M', 'K'], indices: ml.tensor[ml.int32, 'M', 'K'],
    ROWS: ml.constexpr, TOPK: ml.constexpr, BLOCK: ml.constexpr,
):
    """Two states of different keys become one by sorting their entries."""
    n = x.shape[1].to(ml.int32)
    low = ml.indexer.topk_init(ROWS, TOPK)
    high = ml.indexer.topk_init(ROWS, TOPK)
    for n0 in range(0, n, 2 * BLOCK):
        low = ml.indexer.topk_step(ml.load(x[0:ROWS, n0:n0 + BLOCK]), n0, n, low)
        high = ml.indexer.topk_step(ml.load(x[0:ROWS, n0 + BLOCK:n0 + 2 * BLOCK]), n0 + BLOCK, n, high)
    both = ml.sort(ml.reshape(ml.join(low, high), (ROWS, 2 * TOPK)))
    value, index = ml.indexer.topk_finish(both[:, TOPK:], TOPK)
    ml.store(values[0:ROWS, 0:TOPK], value)
    ml.store(indices[0:ROWS, 0:TOPK], index)
